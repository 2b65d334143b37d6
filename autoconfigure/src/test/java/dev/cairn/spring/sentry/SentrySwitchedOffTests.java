package dev.cairn.spring.sentry;

import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Logger;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.SentryServer;
import io.sentry.logback.SentryAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where Cairn stands back, Sentry is what it is without Cairn.
 */
class SentrySwitchedOffTests {

	@Test
	void sentryCapturesByItselfAndDoublesAWrappedFailure() {
		try (SentryServer sentry = SentryServer.started()) {
			try (RunningApplication application = start(sentry, "cairn.sentry.enabled=false")) {
				application.get("/wrapped");
				assertThat(application.ledger().balances()).doesNotContainKey("sentry");
			}
			RunningApplication.await(() -> sentry.events().size() == 2);
			assertThat(sentry.events()).flatExtracting(SentrySwitchedOffTests::types)
				.contains("UnsupportedOperationException");
		}
	}

	@Test
	void sentryCapturesByItselfWhenErrorsAreSwitchedOff() {
		try (SentryServer sentry = SentryServer.started()) {
			try (RunningApplication application = start(sentry, "cairn.errors.enabled=false")) {
				application.get("/wrapped");
			}
			RunningApplication.await(() -> sentry.events().size() == 2);
		}
	}

	@Test
	void sentryCapturesByItselfWhenCairnIsSwitchedOff() {
		try (SentryServer sentry = SentryServer.started()) {
			try (RunningApplication application = start(sentry, "cairn.enabled=false")) {
				application.get("/wrapped");
			}
			RunningApplication.await(() -> sentry.events().size() == 2);
		}
	}

	@Test
	void sentryHasNoAppenderOfItsOwn() {
		try (SentryServer sentry = SentryServer.started(); RunningApplication application = start(sentry)) {
			assertThat(sentryAppenders()).isEmpty();
			application.get("/wrapped");
			assertThat(sentry.awaitEvent().at("/breadcrumbs").toString()).contains("a crumb");
			assertThat(sentry.events()).hasSize(1);
		}
	}

	@Test
	void breadcrumbsAreOffWhereSentrysLoggingIsOff() {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = start(sentry, "sentry.logging.enabled=false")) {
			assertThat(sentryAppenders()).isEmpty();
			application.get("/wrapped");
			assertThat(sentry.awaitEvent().at("/breadcrumbs").toString()).doesNotContain("a crumb");
		}
	}

	private static RunningApplication start(SentryServer sentry, String... properties) {
		String[] all = new String[properties.length + 1];
		System.arraycopy(properties, 0, all, 1, properties.length);
		all[0] = "sentry.dsn=" + sentry.dsn();
		return RunningApplication.start(Application.class, all);
	}

	private static List<SentryAppender> sentryAppenders() {
		Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
		List<SentryAppender> found = new ArrayList<>();
		root.iteratorForAppenders().forEachRemaining((appender) -> {
			if (appender instanceof SentryAppender sentry) {
				found.add(sentry);
			}
		});
		return found;
	}

	private static List<String> types(JsonNode event) {
		return event.at("/exception/values").valueStream().map((value) -> value.path("type").asString()).toList();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(FailingController.class)
	static class Application {

	}

	@RestController
	static class FailingController {

		@GetMapping("/wrapped")
		String wrapped() {
			LoggerFactory.getLogger("com.example.Shop").info("a crumb");
			throw new IllegalStateException("wrapper", new UnsupportedOperationException("cause"));
		}

	}

}
