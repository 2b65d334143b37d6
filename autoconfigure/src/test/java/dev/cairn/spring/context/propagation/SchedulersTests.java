package dev.cairn.spring.context.propagation;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;

import dev.cairn.Message;
import dev.cairn.context.UnitOfWork;
import dev.cairn.context.UnitOfWork.Outcome;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that each run of a {@code @Scheduled} method begins a trace, on every scheduler,
 * also after it has failed.
 */
class SchedulersTests {

	static Stream<Arguments> schedulers() {
		return Stream
			.of(BootScheduler.class, PoolScheduler.class, ThreadsScheduler.class, JdkScheduler.class,
					AdaptedScheduler.class)
			.flatMap((scheduler) -> Stream
				.of(RunningApplication.WITHOUT_TRACER, "management.tracing.sampling.probability=1")
				.map((tracing) -> Arguments.of(scheduler, tracing)));
	}

	@ParameterizedTest
	@MethodSource("schedulers")
	void eachRunBeginsATraceAndLeavesNothing(Class<?> scheduler, String tracing) {
		try (RunningApplication application = RunningApplication.startWithoutWeb(scheduler, tracing)) {
			Clock clock = application.bean(Clock.class);
			RunningApplication.await(() -> clock.hasRun(List.of("rate", "delay", "cron")));
			List<UnitOfWork> runs = clock.runs();
			assertThat(runs).extracting(UnitOfWork::parent).containsOnlyNulls();
			assertThat(runs).extracting(UnitOfWork::id).doesNotHaveDuplicates();
			assertThat(runs).extracting((run) -> run.trace().traceId()).doesNotHaveDuplicates();
			RunningApplication.await(() -> runs.stream().allMatch((run) -> run.outcome() != null));
			assertThat(runs).extracting(UnitOfWork::outcome).contains(Outcome.SUCCESS, Outcome.FAILURE);
			List<String> failed = runs.stream()
				.filter((run) -> run.outcome() == Outcome.FAILURE)
				.map(UnitOfWork::id)
				.toList();
			RunningApplication.await(() -> traces(application.incidents()).containsAll(failed));
			assertThat(clock.left).isEmpty();
		}
	}

	private static List<String> traces(List<Message> incidents) {
		return incidents.stream().map((incident) -> incident.trace().traceId()).toList();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableScheduling
	static class BootScheduler {

		@Bean
		Clock clock() {
			return new Clock();
		}

	}

	static class PoolScheduler extends BootScheduler {

		@Bean
		TaskScheduler scheduler() {
			return new ThreadPoolTaskScheduler();
		}

	}

	static class ThreadsScheduler extends BootScheduler {

		@Bean
		TaskScheduler scheduler() {
			SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
			scheduler.setVirtualThreads(Runtime.version().feature() >= 21);
			return scheduler;
		}

	}

	static class JdkScheduler extends BootScheduler {

		@Bean
		ScheduledExecutorService scheduler() {
			return Executors.newScheduledThreadPool(2);
		}

	}

	static class AdaptedScheduler extends BootScheduler {

		@Bean
		TaskScheduler scheduler(ScheduledExecutorService executor) {
			return new ConcurrentTaskScheduler(executor);
		}

		@Bean
		ScheduledExecutorService executor() {
			return Executors.newSingleThreadScheduledExecutor();
		}

	}

	static class Clock {

		private final List<Run> runs = new CopyOnWriteArrayList<>();

		private final List<String> left = new CopyOnWriteArrayList<>();

		/** A faster rate would keep a slow machine from the other methods. */
		@Scheduled(fixedRate = 100)
		void rate() {
			run("rate");
		}

		@Scheduled(fixedDelay = 5)
		void delay() {
			run("delay");
		}

		@Scheduled(cron = "* * * * * *")
		void cron() {
			run("cron");
		}

		private void run(String schedule) {
			UnitOfWork unit = UnitOfWork.current();
			if (!unit.id().equals(MDC.get("traceId"))) {
				this.left.add(unit + " but MDC " + MDC.getCopyOfContextMap());
			}
			this.runs.add(new Run(schedule, unit));
			if (count(schedule) % 2 == 0) {
				throw new IllegalStateException(schedule + " fails");
			}
		}

		private long count(String schedule) {
			return this.runs.stream().filter((run) -> run.schedule().equals(schedule)).count();
		}

		boolean hasRun(List<String> schedules) {
			return schedules.stream().allMatch((schedule) -> count(schedule) > 2);
		}

		List<UnitOfWork> runs() {
			return this.runs.stream().map(Run::unit).toList();
		}

	}

	private record Run(String schedule, UnitOfWork unit) {
	}

}
