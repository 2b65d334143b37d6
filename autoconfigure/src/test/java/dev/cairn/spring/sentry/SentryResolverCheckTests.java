package dev.cairn.spring.sentry;

import dev.cairn.spring.doctor.DoctorCheck.Finding;
import dev.cairn.spring.test.RunningApplication;
import io.sentry.IScopes;
import io.sentry.spring7.SentryExceptionResolver;
import io.sentry.spring7.tracing.SpringMvcTransactionNameProvider;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SentryResolverCheck}.
 */
class SentryResolverCheckTests {

	@Test
	void findsAResolverOfTheApplicationOnly() {
		try (RunningApplication application = RunningApplication.startWithSentry(Application.class)) {
			assertThat(application.context().getBeansOfType(SentryExceptionResolver.class)).hasSize(1);
			assertThat(application.bean(SentryResolverCheck.class).examine()).isEmpty();
		}
		try (RunningApplication application = RunningApplication.startWithSentry(ResolverApplication.class)) {
			assertThat(application.bean(SentryResolverCheck.class).examine()).extracting(Finding::where)
				.containsExactly("bean ownResolver");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ResolverApplication {

		@Bean
		SentryExceptionResolver ownResolver(IScopes scopes) {
			return new SentryExceptionResolver(scopes, new SpringMvcTransactionNameProvider(), 0);
		}

	}

}
