package dev.cairn.brownfield;

import dev.cairn.Cairn;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.SentryServer;
import io.sentry.IScopes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications whose main class depends on Cairn. Sentry's client asks for the package of
 * the main class while it is created.
 */
class MainClassTests {

	@ParameterizedTest
	@ValueSource(classes = { ByConstructor.class, ByField.class })
	void mayDependOnCairn(Class<?> main) {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = RunningApplication.startWithoutWeb(main,
						"sentry.dsn=" + sentry.dsn())) {
			application.bean(Cairn.class).capture(new IllegalStateException("no"));
			RunningApplication.await(() -> sentry.events().size() == 1);
			assertThat(application.bean(IScopes.class).getOptions().getInAppIncludes())
				.contains(MainClassTests.class.getPackageName());
		}
	}

	@Test
	void isFoundWithoutCairnToo() {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = RunningApplication.startWithoutWeb(Independent.class,
						"sentry.dsn=" + sentry.dsn(), "cairn.sentry.enabled=false")) {
			assertThat(application.bean(IScopes.class).getOptions().getInAppIncludes())
				.contains(MainClassTests.class.getPackageName());
		}
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class ByConstructor {

		ByConstructor(Cairn cairn) {
			assertThat(cairn).isNotNull();
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ByField {

		@Autowired
		Cairn cairn;

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Independent {

	}

}
