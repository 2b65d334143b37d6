package dev.cairn.spring.sentry;

import java.util.Arrays;
import java.util.List;

import dev.cairn.spring.doctor.DoctorCheck;
import io.sentry.spring7.SentryExceptionResolver;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * Finds resolvers of Sentry that capture the exceptions that Cairn captures. Cairn's own
 * is a subclass that captures nothing.
 */
record SentryResolverCheck(ListableBeanFactory beans) implements DoctorCheck {

	@Override
	public String name() {
		return "sentry-resolver";
	}

	@Override
	public List<Finding> examine() {
		return Arrays.stream(this.beans.getBeanNamesForType(SentryExceptionResolver.class, true, false))
			.filter((name) -> this.beans.getBean(name).getClass() == SentryExceptionResolver.class)
			.map((name) -> new Finding("Sentry's resolver captures exceptions beside Cairn", "bean " + name,
					"Cairn's sampling and grouping do not apply to the events of the resolver",
					"Remove the bean " + name))
			.toList();
	}

}
