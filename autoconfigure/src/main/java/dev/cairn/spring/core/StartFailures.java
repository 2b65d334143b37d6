package dev.cairn.spring.core;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Captures failures of the start, such as a bean that cannot be created after Cairn, a
 * port in use, or a runner or listener that throws. Comes first among Boot's reporters
 * and leaves the report to the others. Unlike {@code ApplicationFailedEvent}, reporters
 * also receive exceptions of listeners of {@code ApplicationReadyEvent}.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartFailures implements SpringBootExceptionReporter {

	private final @Nullable ConfigurableApplicationContext context;

	StartFailures(@Nullable ConfigurableApplicationContext context) {
		this.context = context;
	}

	@Override
	public boolean reportException(Throwable failure) {
		ApplicationStart start = ApplicationStart.of(this.context);
		if (start != null) {
			start.failed(failure);
		}
		return false;
	}

}
