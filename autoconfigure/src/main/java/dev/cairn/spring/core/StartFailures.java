package dev.cairn.spring.core;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Captures what makes a start fail: a bean that cannot be created once Cairn was, a
 * server that cannot listen, a runner or listener that throws. The first of Boot's
 * reporters, and one that leaves the report to the others. They are asked whatever has
 * failed; {@code ApplicationFailedEvent} is not published for what a listener of
 * {@code ApplicationReadyEvent} throws, nor when a failed context could not publish the
 * exit code.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartFailures implements SpringBootExceptionReporter {

	private final @Nullable ConfigurableApplicationContext context;

	/**
	 * Create a reporter.
	 * @param context the context; {@code null} when there was none yet
	 */
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
