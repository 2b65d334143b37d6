package dev.cairn.spring.error;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.delivery.MemorySink;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.SentryServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UncaughtExceptions} with threads that die.
 */
class UncaughtExceptionsTests {

	private @Nullable UncaughtExceptionHandler before;

	@BeforeEach
	void noHandlerTakes() {
		this.before = Thread.getDefaultUncaughtExceptionHandler();
		Thread.setDefaultUncaughtExceptionHandler(null);
	}

	@AfterEach
	void restore() {
		Thread.setDefaultUncaughtExceptionHandler(this.before);
	}

	@Test
	void capturesWhatEndsAThread() {
		try (RunningApplication application = start()) {
			die("worker", new IllegalStateException("uncaught"));
			assertThat(application.messages(Message.TYPE_EXCEPTION)).singleElement().satisfies((message) -> {
				assertThat(message.severity()).isEqualTo(Severity.CRITICAL);
				assertThat(message.fields()).containsEntry("thread", "worker").containsKey("error_id");
			});
		}
	}

	@Test
	void logsWhatTheJvmWouldHavePrinted() {
		try (RunningApplication application = start()) {
			die("worker", new IllegalStateException("uncaught"));
			assertThat(lines()).singleElement().satisfies((line) -> {
				assertThat(line.getLevel()).isEqualTo(Level.ERROR);
				assertThat(line.getThrowableProxy().getMessage()).isEqualTo("uncaught");
			});
			assertThat(application.messages(Message.TYPE_EXCEPTION)).hasSize(1);
		}
	}

	@Test
	void handsOnToTheHandlerThatWasThereBefore() {
		AtomicReference<Throwable> handed = new AtomicReference<>();
		UncaughtExceptionHandler own = (thread, thrown) -> handed.set(thrown);
		Thread.setDefaultUncaughtExceptionHandler(own);
		IllegalStateException failure = new IllegalStateException("uncaught");
		try (RunningApplication application = start()) {
			die("worker", failure);
			assertThat(handed).hasValue(failure);
			assertThat(application.messages(Message.TYPE_EXCEPTION)).hasSize(1);
			assertThat(lines()).isEmpty();
		}
		assertThat(Thread.getDefaultUncaughtExceptionHandler()).isSameAs(own);
	}

	@Test
	void survivesAHandlerThatThrows() {
		Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
			throw new IllegalStateException("the handler");
		});
		try (RunningApplication application = start()) {
			UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
			handler.uncaughtException(Thread.currentThread(), new IllegalStateException("uncaught"));
			assertThat(application.messages(Message.TYPE_EXCEPTION)).hasSize(1);
		}
	}

	@Test
	void leavesAloneWhoTookOverSince() {
		UncaughtExceptionHandler later = (thread, thrown) -> {
		};
		try (RunningApplication application = start()) {
			Thread.setDefaultUncaughtExceptionHandler(later);
		}
		assertThat(Thread.getDefaultUncaughtExceptionHandler()).isSameAs(later);
	}

	@Test
	void severalContextsMayCloseInAnyOrder() {
		RunningApplication first = start();
		RunningApplication second = start();
		MemorySink closed = first.bean(MemorySink.class);
		first.close();
		die("worker", new IllegalStateException("uncaught"));
		assertThat(second.messages(Message.TYPE_EXCEPTION)).hasSize(1);
		assertThat(closed.messages()).isEmpty();
		second.close();
		assertThat(Thread.getDefaultUncaughtExceptionHandler()).isNull();
	}

	@Test
	void canBeSwitchedOff() {
		try (RunningApplication application = start("cairn.errors.uncaught=false")) {
			assertThat(Thread.getDefaultUncaughtExceptionHandler()).isNull();
		}
		try (RunningApplication application = start("cairn.errors.enabled=false")) {
			assertThat(Thread.getDefaultUncaughtExceptionHandler()).isNull();
		}
	}

	@Test
	void isOneFatalEventInSentry() {
		try (SentryServer sentry = SentryServer.started()) {
			try (RunningApplication application = start("sentry.dsn=" + sentry.dsn())) {
				die("worker", new IllegalStateException("uncaught"));
				String id = (String) application.messages(Message.TYPE_EXCEPTION).get(0).fields().get("error_id");
				RunningApplication.await(() -> !sentry.events().isEmpty());
				assertThat(sentry.events().get(0).path("event_id").asString()).isEqualTo(id);
			}
			// Closing has delivered what was left
			assertThat(sentry.events()).singleElement()
				.satisfies((event) -> assertThat(event.path("level").asString()).isEqualTo("fatal"));
		}
	}

	@Test
	void sentrysOwnHandlerStaysWhereCairnsIsOff() {
		try (SentryServer sentry = SentryServer.started()) {
			try (RunningApplication application = start("sentry.dsn=" + sentry.dsn(), "cairn.errors.uncaught=false")) {
				die("worker", new IllegalStateException("uncaught"));
				RunningApplication.await(() -> !sentry.events().isEmpty());
				assertThat(application.messages(Message.TYPE_EXCEPTION)).isEmpty();
			}
			assertThat(sentry.events()).hasSize(1);
		}
	}

	private static void die(String name, RuntimeException failure) {
		Thread thread = new Thread(() -> {
			throw failure;
		}, name);
		thread.start();
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static List<ILoggingEvent> lines() {
		return RunningApplication.logEvents()
			.stream()
			.filter((line) -> line.getFormattedMessage().equals("Exception in thread \"worker\""))
			.toList();
	}

	private static RunningApplication start(String... properties) {
		return RunningApplication.startWithoutWeb(Application.class, properties);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
