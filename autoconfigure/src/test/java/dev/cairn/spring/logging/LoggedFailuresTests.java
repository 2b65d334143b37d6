package dev.cairn.spring.logging;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.LoggerContext;
import dev.cairn.Binding;
import dev.cairn.Cairn;
import dev.cairn.Failure.Attempts;
import dev.cairn.Message;
import dev.cairn.delivery.MemorySink;
import dev.cairn.internal.Threads;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LoggedFailures} in a running application.
 */
class LoggedFailuresTests {

	private static final Logger logger = LoggerFactory.getLogger("com.example.Shop");

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.startWithoutWeb(BackgroundApplication.class);
		RunningApplication.await(() -> incidents("scheduled").size() == 1);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void forget() {
		application.bean(MemorySink.class).clear();
	}

	@Test
	void capturesAThrowableThatIsLoggedAtError() {
		logger.error("order {} failed", 42, new IllegalStateException("logged"));
		assertThat(incidents("logged")).singleElement()
			.satisfies((message) -> assertThat(message.fields()).containsEntry("log_logger", "com.example.Shop")
				.containsEntry("log_message", "order 42 failed")
				.containsKey("error_id"));
	}

	/** By the bridge that Boot installs. */
	@Test
	void capturesWhatIsLoggedByALoggerOfTheJdk() {
		try (Binding tenant = application.bean(Cairn.class).bind("tenant", "acme")) {
			java.util.logging.Logger.getLogger("com.example.Legacy")
				.log(java.util.logging.Level.SEVERE, "legacy failed", new IllegalStateException("of the JDK"));
		}
		assertThat(incidents("of the JDK")).singleElement().satisfies((incident) -> {
			assertThat(incident.fields()).containsEntry("log_logger", "com.example.Legacy")
				.containsEntry("log_message", "legacy failed");
			assertThat(RunningApplication.logEvents())
				.filteredOn((line) -> line.getFormattedMessage().equals("legacy failed"))
				.singleElement()
				.satisfies((line) -> assertThat(line.getMDCPropertyMap()).containsEntry("tenant", "acme")
					.containsEntry("errorId", (String) incident.fields().get("error_id")));
		});
	}

	@Test
	void capturesWhatIsLoggedAndThenReportedOnce() {
		IllegalStateException failure = new IllegalStateException("logged");
		logger.error("caught", failure);
		String first = application.bean(Cairn.class).capture(failure);
		String wrapped = application.bean(Cairn.class).capture(new IllegalArgumentException("wrapper", failure));
		assertThat(application.messages(Message.TYPE_EXCEPTION)).hasSize(1);
		assertThat(first).isEqualTo(wrapped)
			.isEqualTo(application.messages(Message.TYPE_EXCEPTION).get(0).fields().get("error_id"));
	}

	@Test
	void capturesWhatAnAttemptOutsideOfAllWorkLogs() {
		Attempts attempts = application.bean(Cairn.class).attempts();
		IllegalStateException failure = new IllegalStateException("attempted");
		for (int i = 0; i < 2; i++) {
			attempts.begin();
			logger.error("attempt failed", failure);
			attempts.failed(failure);
			attempts.end();
		}
		attempts.succeeded();
		assertThat(incidents("attempted")).singleElement()
			.satisfies((message) -> assertThat(message.fields()).containsEntry("log_message", "attempt failed")
				.containsEntry("attempts", 2));
	}

	@Test
	void capturesWhatTwoLoggersLogOnce() {
		IllegalStateException failure = new IllegalStateException("logged");
		logger.error("caught", failure);
		LoggerFactory.getLogger("com.example.Other").error("caught again", new RuntimeException("wrapper", failure));
		assertThat(application.messages(Message.TYPE_EXCEPTION)).hasSize(1);
	}

	@Test
	void doesNotCaptureWarnings() {
		logger.warn("caught", new IllegalStateException("warned"));
		assertThat(application.messages()).isEmpty();
	}

	@Test
	void capturesALineWithoutAThrowable() {
		LoggerFactory.getLogger("org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter")
			.error("Boot repeats the failure");
		logger.error("it failed");
		RunningApplication.await(() -> !application.messages(Message.TYPE_EXCEPTION).isEmpty());
		assertThat(application.messages(Message.TYPE_EXCEPTION)).singleElement()
			.satisfies((message) -> assertThat(message.payload()).isEqualTo("it failed"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "dev.cairn.Cairn", "dev.cairn.delivery.Sink", "dev.cairn.spring.web.request.Exchange",
			"io.sentry.Core" })
	void doesNotCaptureWhatTheDeliveryItselfLogs(String name) {
		LoggerFactory.getLogger(name).error("failed", new IllegalStateException("delivery"));
		assertThat(application.messages()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.apache.kafka.clients.producer.KafkaProducer", "com.example.Sender" })
	void doesNotCaptureWhatAThreadOfTheDeliveryLogs(String name) throws Exception {
		Runnable failing = () -> {
			LoggerFactory.getLogger(name).error("failed", new IllegalStateException("delivery"));
			LoggerFactory.getLogger(name).error("failed without a throwable");
		};
		Thread delivering = Threads.daemon(() -> {
			failing.run();
			Thread client = new Thread(failing);
			client.start();
			Threads.join(client, Threads.deadline(Duration.ofSeconds(30)));
		}, "delivering");
		delivering.start();
		delivering.join();
		assertThat(application.messages()).isEmpty();
		logger.error("another failure", new IllegalStateException("of the application"));
		assertThat(application.messages(Message.TYPE_EXCEPTION)).hasSize(1);
	}

	@Test
	void capturesWhatAKafkaClientOfTheApplicationLogs() {
		LoggerFactory.getLogger("org.apache.kafka.clients.consumer.internals.ConsumerCoordinator")
			.error("commit failed", new IllegalStateException("commit"));
		assertThat(application.messages(Message.TYPE_EXCEPTION)).hasSize(1);
	}

	@Test
	void capturesAThrowableOnceWhoseMessageLogsAnError() {
		AtomicInteger asked = new AtomicInteger();
		RuntimeException failure = new RuntimeException("x") {

			private static final long serialVersionUID = 1L;

			@Override
			public String getMessage() {
				if (asked.incrementAndGet() < 10_000) {
					logger.error("asked");
				}
				return "m";
			}

		};
		for (int i = 0; i < 20; i++) {
			logger.error("caught", failure);
		}
		assertThat(asked).hasValueLessThan(500);
		assertThat(application.messages(Message.TYPE_EXCEPTION)).filteredOn((message) -> message.thrown() != null)
			.hasSize(1);
	}

	@Test
	void capturesWhatAnAsyncMethodThrowsOnce() {
		application.bean(Background.class).fail();
		RunningApplication.await(() -> incidents("async").size() == 1);
		assertThat(application.messages(Message.TYPE_EXCEPTION)).hasSize(1);
	}

	@Test
	void capturesNothingAfterTheContextIsClosed() {
		MemorySink sink;
		try (RunningApplication closed = RunningApplication.startWithoutWeb(QuietApplication.class)) {
			sink = closed.bean(MemorySink.class);
			assertThat(appenders()).isEqualTo(2);
		}
		assertThat(appenders()).isOne();
		logger.error("caught", new IllegalStateException("too late"));
		assertThat(sink.messages()).isEmpty();
		assertThat(incidents("too late")).hasSize(1);
	}

	private static long appenders() {
		int[] found = new int[1];
		LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
		loggers.getLogger(Logger.ROOT_LOGGER_NAME)
			.iteratorForAppenders()
			.forEachRemaining((appender) -> found[0] += "CAIRN".equals(appender.getName()) ? 1 : 0);
		return found[0];
	}

	private static List<Message> incidents(String text) {
		return application.messages(Message.TYPE_EXCEPTION)
			.stream()
			.filter((message) -> text.equals(message.thrown().getMessage()))
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class QuietApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	@EnableScheduling
	static class BackgroundApplication {

		@Bean
		Background background() {
			return new Background();
		}

		@Bean
		Ticker ticker() {
			return new Ticker();
		}

	}

	static class Background {

		@Async
		void fail() {
			throw new IllegalStateException("async");
		}

	}

	static class Ticker {

		@Scheduled(fixedDelay = 1, timeUnit = TimeUnit.DAYS)
		void fail() {
			throw new IllegalStateException("scheduled");
		}

	}

}
