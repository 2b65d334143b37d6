package dev.cairn.spring.context;

import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Message;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.MemorySink;
import dev.cairn.spring.core.GuardedObservation;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.SentryServer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ScheduledRuns}, and for requests, in a running application.
 */
class ScheduledRunsTests {

	private static final Logger logger = LoggerFactory.getLogger("com.example.Ledger");

	@Test
	void theFailureOfARunHasItsTrace() {
		try (RunningApplication application = start("management.tracing.sampling.probability=1")) {
			application.bean(Clock.class).run(() -> {
				logger.info("the run");
				throw new IllegalStateException("in a run");
			});
			Message incident = incidents(application, 1).get(0);
			ILoggingEvent line = line("the run");
			assertThat(incident.trace()).isNotNull();
			assertThat(incident.trace().traceId()).isEqualTo(line.getMDCPropertyMap().get("traceId"));
			assertThat(incident.trace().spanId()).isEqualTo(line.getMDCPropertyMap().get("spanId"));
			assertThat(incident.fields()).containsEntry("handled", false);
			ILoggingEvent logged = line("Unexpected error occurred in scheduled task");
			assertThat(logged.getMDCPropertyMap()).containsEntry("errorId", (String) incident.fields().get("error_id"))
				.containsEntry("traceId", incident.trace().traceId());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { RunningApplication.WITHOUT_TRACER, "management.tracing.sampling.probability=1" })
	void aTextOfTheNextRunIsAFailureOfItsOwn(String tracing) {
		try (RunningApplication application = start(tracing)) {
			application.bean(Clock.class).run(() -> {
				throw new IllegalStateException("timeout");
			});
			application.bean(Clock.class).run(() -> logger.error("ledger write timeout, money lost"));
			assertThat(incidents(application, 2)).extracting(Message::payload)
				.contains("ledger write timeout, money lost");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { RunningApplication.WITHOUT_TRACER, "management.tracing.sampling.probability=1" })
	void aTextOfTheNextRequestIsAFailureOfItsOwn(String tracing) {
		try (RunningApplication application = start(tracing, "server.tomcat.threads.max=1",
				"server.tomcat.threads.min-spare=1")) {
			application.get("/throw");
			application.get("/log");
			assertThat(incidents(application, 2)).extracting(Message::payload)
				.contains("ledger write timeout, money lost");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { RunningApplication.WITHOUT_TRACER, "management.tracing.sampling.probability=1" })
	void aTextThatQuotesTheFailureOfItsOwnRunIsTheSameFailure(String tracing) {
		try (RunningApplication application = start(tracing)) {
			application.bean(Clock.class).run(() -> {
				logger.error("it failed: {}", "timeout of ledger");
				throw new IllegalStateException("timeout of ledger");
			});
			application.get("/log-and-throw");
			application.bean(Clock.class).run(() -> logger.error("the fence"));
			assertThat(incidents(application, 3)).extracting(Message::payload).containsOnlyOnce("the fence");
		}
	}

	@Test
	void failuresOutsideOfATraceHaveATraceOfTheirOwnAtSentry() {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = start(RunningApplication.WITHOUT_TRACER,
						"sentry.dsn=" + sentry.dsn())) {
			Clock clock = application.bean(Clock.class);
			clock.run(() -> {
				throw new IllegalStateException("first");
			});
			clock.run(() -> {
				throw new IllegalArgumentException("second");
			});
			logger.error("third", new IllegalStateException("third"));
			logger.error("fourth", new IllegalStateException("fourth"));
			io.sentry.Sentry.captureMessage("fifth");
			io.sentry.Sentry.captureMessage("sixth");
			application.get("/throw");
			application.get("/throw");
			RunningApplication.await(() -> sentry.events().size() == 8);
			assertThat(sentry.events()).extracting((event) -> event.at("/contexts/trace/trace_id").asString(""))
				.doesNotHaveDuplicates()
				.allMatch((id) -> id.matches("[0-9a-f]{32}"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { RunningApplication.WITHOUT_TRACER, "management.tracing.sampling.probability=1" })
	void aRunThatOpensItsObservationAgainLeavesNothingOnItsThread(String tracing) throws Exception {
		try (RunningApplication application = start(tracing)) {
			Clock clock = application.bean(Clock.class);
			ObservationRegistry observations = application.bean(ObservationRegistry.class);
			List<@Nullable UnitOfWork> units = new CopyOnWriteArrayList<>();
			CountDownLatch opened = new CountDownLatch(1);
			CountDownLatch ended = new CountDownLatch(1);
			Thread[] other = new Thread[1];
			List<Observation.ContextView> observed = new CopyOnWriteArrayList<>();
			clock.run(() -> {
				Observation run = observations.getCurrentObservation();
				observed.add(run.getContextView());
				units.add(UnitOfWork.current());
				run.scoped(() -> units.add(UnitOfWork.current()));
				units.add(UnitOfWork.current());
				other[0] = new Thread(() -> {
					run.scoped(() -> {
						units.add(UnitOfWork.current());
						opened.countDown();
						awaitUnchecked(ended);
					});
					units.add(UnitOfWork.current());
				});
				other[0].start();
				awaitUnchecked(opened);
			});
			ended.countDown();
			other[0].join();
			UnitOfWork first = units.get(0);
			assertThat(units).containsExactly(first, first, first, first, null);
			assertThat(first.attribute(GuardedObservation.OF_UNIT)).isSameAs(observed.get(0));
			application.bean(TaskScheduler.class).schedule(() -> {
				units.add(UnitOfWork.current());
				assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
				units.add(UnitOfWork.current());
			}, Instant.now());
			RunningApplication.await(() -> units.size() == 7);
			assertThat(units.subList(5, 7)).containsOnlyNulls();
			clock.run(() -> units.add(UnitOfWork.current()));
			assertThat(units.get(7).id()).isNotEqualTo(first.id());
		}
	}

	private static void awaitUnchecked(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static RunningApplication start(String... properties) {
		return RunningApplication.start(ScheduledApplication.class, properties);
	}

	private static List<Message> incidents(RunningApplication application, int number) {
		application.bean(dev.cairn.incident.Incidents.class).flush(java.time.Duration.ofSeconds(30));
		RunningApplication.await(() -> application.messages(Message.TYPE_EXCEPTION).size() >= number);
		List<Message> incidents = application.messages(Message.TYPE_EXCEPTION);
		application.bean(MemorySink.class).clear();
		assertThat(incidents).hasSize(number);
		return incidents;
	}

	private static ILoggingEvent line(String text) {
		Stream<ILoggingEvent> lines = RunningApplication.logEvents().stream();
		return lines.filter((line) -> line.getFormattedMessage().contains(text)).findFirst().orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableScheduling
	@Import({ Clock.class, LedgerController.class })
	static class ScheduledApplication {

	}

	static class Clock {

		private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();

		private volatile int done;

		private int runs;

		/** Runs in the only thread, and returns after a further run has begun. */
		void run(Runnable task) {
			int before = this.done;
			this.work.add(task);
			RunningApplication.await(() -> this.work.isEmpty() && this.done > before + 1);
		}

		@Scheduled(fixedDelay = 10)
		void tick() {
			this.done = ++this.runs;
			Runnable next = this.work.poll();
			if (next != null) {
				next.run();
			}
		}

	}

	@RestController
	static class LedgerController {

		@GetMapping("/throw")
		String fail() {
			throw new IllegalStateException("timeout");
		}

		@GetMapping("/log")
		String log() {
			logger.error("ledger write timeout, money lost");
			return "";
		}

		@GetMapping("/log-and-throw")
		String logAndThrow() {
			logger.error("it failed: {}", "timeout of request");
			throw new IllegalStateException("timeout of request");
		}

	}

}
