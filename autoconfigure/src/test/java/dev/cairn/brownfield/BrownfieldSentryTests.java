package dev.cairn.brownfield;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.LogCapture;
import io.sentry.Sentry;
import io.sentry.SentryLevel;
import io.sentry.logback.SentryAppender;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that used Sentry before: with appenders of its own in its Logback
 * configuration, and captures by hand. Each failure is one event, and each id that is
 * given out is that of an event.
 */
class BrownfieldSentryTests {

	private static final Logger logger = LoggerFactory.getLogger("dev.cairn.brownfield.Shop");

	private static RunningApplication application;

	@BeforeAll
	static void start(@TempDir Path folder) throws IOException {
		Path file = folder.resolve("logback-spring.xml");
		Files.writeString(file,
				"""
						<configuration>
							<include resource="org/springframework/boot/logging/logback/base.xml"/>
							<appender name="OWN" class="io.sentry.logback.SentryAppender"/>
							<appender name="SLOW" class="ch.qos.logback.classic.AsyncAppender"><appender-ref ref="OWN"/></appender>
							<appender name="OLD" class="io.sentry.logback.SentryAppender"/>
							<root level="INFO"><appender-ref ref="OWN"/></root>
							<logger name="dev.cairn.brownfield.Old"><appender-ref ref="OLD"/></logger>
							<logger name="dev.cairn.brownfield.Slow" additivity="false"><appender-ref ref="SLOW"/></logger>
							<logger name="dev.cairn.brownfield.Audit" additivity="false"><appender-ref ref="OLD"/></logger>
						</configuration>
						""");
		application = RunningApplication.startWithSentry(BrownfieldApplication.class, "logging.config=" + file);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void forget() {
		application.forget();
	}

	@ParameterizedTest
	@ValueSource(strings = { "constant", "constant-without-stack", "equal", "captured-and-thrown",
			"cause-captured-and-wrapper-thrown", "wrapper-captured-and-cause-thrown", "logged-and-thrown",
			"logged-captured-and-thrown", "message-logged-captured-and-thrown", "logged-by-old-logger-and-thrown",
			"captured-by-event-and-thrown", "logged-by-audit-and-thrown" })
	void eachFailedRequestIsOneEventWithItsId(String way) {
		for (int i = 0; i < 6; i++) {
			HttpResponse<String> response = application.get("/fail/" + way);
			assertThat(response.statusCode()).isEqualTo(500);
			assertThat(onlyEvent(response.headers().firstValue("X-Error-Id").orElseThrow())).isNotNull();
		}
		assertNothingElse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "text", "text-of-old-logger", "text-of-audit", "text-of-slow", "throwable",
			"throwable-of-old-logger", "throwable-of-audit", "throwable-of-slow", "message-and-captured" })
	void eachLoggedFailureIsOneEventWithTheIdOfTheLine(String way) {
		for (int i = 0; i < 3; i++) {
			try (LogCapture audit = new LogCapture("dev.cairn.brownfield.Audit");
					LogCapture slow = new LogCapture("dev.cairn.brownfield.Slow");
					LogCapture root = new LogCapture(Logger.ROOT_LOGGER_NAME)) {
				assertThat(application.get("/log/" + way).statusCode()).isEqualTo(200);
				List<ILoggingEvent> lines = Stream.of(audit, slow, root)
					.flatMap((log) -> log.events().stream())
					.filter((line) -> line.getLoggerName().startsWith("dev.cairn.brownfield."))
					.toList();
				assertThat(lines).hasSize(1);
				onlyEvent(errorId(lines.get(0)));
			}
		}
		assertNothingElse();
	}

	@Test
	void whatIsOnlyCapturedByHandIsAsWithoutCairn() {
		IllegalStateException failure = new IllegalStateException("by hand");
		String id = String.valueOf(Sentry.captureException(failure));
		String text = String.valueOf(Sentry.captureMessage("by hand", SentryLevel.ERROR));
		String information = String.valueOf(Sentry.captureMessage("by hand"));
		onlyEvent(id);
		onlyEvent(text);
		onlyEvent(information);
		assertNothingElse();
		assertThat(application.messages(Message.TYPE_EXCEPTION)).isEmpty();
	}

	@Test
	void whatIsCapturedByHandAfterCairnIsNoSecondEvent() {
		IllegalStateException failure = new IllegalStateException("twice");
		String id = application.bean(Cairn.class).capture(failure);
		Sentry.captureException(failure);
		Sentry.captureException(new IllegalArgumentException("wrapper", failure));
		onlyEvent(id);
		assertNothingElse();
	}

	@Test
	void aWarningOfTheOwnAppenderStaysAnEvent() {
		SentryAppender ofRoot = (SentryAppender) ((ch.qos.logback.classic.Logger) LoggerFactory
			.getLogger(Logger.ROOT_LOGGER_NAME)).getAppender("OWN");
		ofRoot.setMinimumEventLevel(ch.qos.logback.classic.Level.WARN);
		try {
			logger.warn("only a warning");
			RunningApplication.await(() -> events("only a warning") == 1);
		}
		finally {
			ofRoot.setMinimumEventLevel(ch.qos.logback.classic.Level.ERROR);
		}
	}

	@Test
	void anEventHasTheBreadcrumbsOnce() {
		String id = application.get("/fail/with-breadcrumb").headers().firstValue("X-Error-Id").orElseThrow();
		assertThat(onlyEvent(id).path("breadcrumbs")
			.valueStream()
			.filter((crumb) -> crumb.path("message").asString("").equals("a crumb"))).hasSize(1);
	}

	private static String errorId(ILoggingEvent line) {
		String id = line.getMDCPropertyMap().get("errorId");
		return (id != null) ? id
				: line.getKeyValuePairs()
					.stream()
					.filter((pair) -> pair.key.equals("errorId"))
					.map((pair) -> String.valueOf(pair.value))
					.findFirst()
					.orElseThrow();
	}

	private static JsonNode onlyEvent(String id) {
		ids.add(id);
		return application.sentry().awaitEvent(id);
	}

	private static final Set<String> ids = new HashSet<>();

	/** One thread sends in order, but texts wait for their throwable. */
	private static void assertNothingElse() {
		application.bean(dev.cairn.incident.Incidents.class).flush(java.time.Duration.ofSeconds(30));
		RunningApplication.await(() -> application.ledger().channel("sentry").balance().held() == 0);
		String fence = String.valueOf(Sentry.captureMessage("fence"));
		onlyEvent(fence);
		assertThat(application.sentry().events()).extracting(BrownfieldSentryTests::id)
			.doesNotHaveDuplicates()
			.containsExactlyInAnyOrderElementsOf(ids);
	}

	private static long events(String text) {
		List<JsonNode> found = application.sentry()
			.events()
			.stream()
			.filter((event) -> text.equals(event.at("/message/formatted").asString("")))
			.toList();
		found.forEach((event) -> ids.add(id(event)));
		return found.size();
	}

	private static String id(JsonNode event) {
		return event.path("event_id").asString();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(OldController.class)
	static class BrownfieldApplication {

	}

	@RestController
	static class OldController {

		private static final Logger old = LoggerFactory.getLogger("dev.cairn.brownfield.Old");

		private static final Logger slow = LoggerFactory.getLogger("dev.cairn.brownfield.Slow");

		private static final Logger audit = LoggerFactory.getLogger("dev.cairn.brownfield.Audit");

		@GetMapping("/fail/{way}")
		String fail(@PathVariable String way) {
			IllegalStateException failure = new IllegalStateException("failure of " + way);
			switch (way) {
				case "constant" -> throw Constant.INSTANCE;
				case "constant-without-stack" -> throw StackLess.INSTANCE;
				case "equal" -> throw new Equal();
				case "captured-and-thrown" -> Sentry.captureException(failure);
				case "cause-captured-and-wrapper-thrown" -> {
					Sentry.captureException(failure);
					throw new IllegalArgumentException("wrapper", failure);
				}
				case "wrapper-captured-and-cause-thrown" ->
					Sentry.captureException(new IllegalArgumentException("wrapper", failure));
				case "logged-and-thrown" -> logger.error("it failed", failure);
				case "logged-captured-and-thrown" -> {
					logger.error("it failed", failure);
					Sentry.captureException(failure);
				}
				case "message-logged-captured-and-thrown" -> {
					logger.error("it failed: {}", failure.getMessage());
					Sentry.captureException(failure);
				}
				case "logged-by-old-logger-and-thrown" -> old.error("it failed", failure);
				case "logged-by-audit-and-thrown" -> audit.error("it failed", failure);
				case "captured-by-event-and-thrown" -> Sentry.captureEvent(new io.sentry.SentryEvent(failure));
				default -> logger.info("a crumb");
			}
			throw failure;
		}

		@GetMapping("/log/{way}")
		String log(@PathVariable String way) {
			IllegalStateException failure = new IllegalStateException("failure of " + way);
			switch (way) {
				case "text" -> logger.error("only a text");
				case "text-of-old-logger" -> old.error("only a text");
				case "text-of-slow" -> slow.error("only a text");
				case "throwable-of-slow" -> slow.error("it failed", failure);
				case "text-of-audit" -> audit.error("only a text");
				case "throwable-of-audit" -> audit.error("it failed", failure);
				case "throwable" -> logger.error("it failed", failure);
				case "throwable-of-old-logger" -> old.error("it failed", failure);
				default -> {
					logger.error("it failed: {}", failure.getMessage());
					Sentry.captureException(failure);
				}
			}
			return "";
		}

	}

	@SuppressWarnings("serial")
	static final class Constant extends RuntimeException {

		private static final Constant INSTANCE = new Constant();

	}

	@SuppressWarnings("serial")
	static final class StackLess extends RuntimeException {

		private static final StackLess INSTANCE = new StackLess();

		StackLess() {
			super("constant", null, false, false);
		}

	}

	/** As a data class of Kotlin is. */
	@SuppressWarnings("serial")
	static final class Equal extends RuntimeException {

		@Override
		public boolean equals(Object other) {
			return other instanceof Equal;
		}

		@Override
		public int hashCode() {
			return 7;
		}

	}

}
