package dev.cairn.spring.notify;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.Uninterruptibly;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.CronTask;
import org.springframework.scheduling.config.FixedDelayTask;
import org.springframework.scheduling.config.FixedRateTask;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.ScheduledTaskHolder;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ScheduleRules} with a real scheduler. Each task waits to be released.
 */
class ScheduleRulesTests {

	private static final Duration OFTEN = Duration.ofMillis(10);

	private static CountDownLatch begun = new CountDownLatch(0);

	private static CountDownLatch release = new CountDownLatch(0);

	private static String kind = "";

	private AnnotationConfigApplicationContext context;

	private Set<ScheduledTask> start(String kind) {
		ScheduleRulesTests.kind = kind;
		begun = new CountDownLatch(2);
		release = new CountDownLatch(1);
		this.context = new AnnotationConfigApplicationContext(Schedules.class);
		return this.context.getBean(ScheduledTaskHolder.class).getScheduledTasks();
	}

	@AfterEach
	void stop() {
		release.countDown();
		if (this.context != null) {
			this.context.close();
		}
	}

	/** Runs once, and then hangs. */
	private static void run() {
		begun.countDown();
		if (begun.getCount() == 0) {
			Uninterruptibly.await(release);
		}
	}

	private static Instant later(Duration time) {
		return Instant.now().plus(time);
	}

	@ParameterizedTest
	@ValueSource(strings = { "rate", "cron" })
	void noticesOnceThatARunHangs(String kind) {
		Set<ScheduledTask> tasks = start(kind);
		ScheduleRules rules = new ScheduleRules(() -> tasks, Instant.now());
		Uninterruptibly.await(begun);
		assertThat(rules.check(later(Duration.ofSeconds(30)))).isEmpty();
		List<Alert> alerts = rules.check(later(Duration.ofMinutes(2)));
		assertThat(alerts).singleElement().satisfies((alert) -> {
			assertThat(alert.title()).contains("nightly job").endsWith("has not run");
			assertThat(alert.text()).contains("has not ended");
		});
		assertThat(rules.check(later(Duration.ofMinutes(3)))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "rate", "cron", "delay" })
	void noticesThatATaskWaitsForAnotherOne(String kind) {
		Set<ScheduledTask> tasks = start("blocked " + kind);
		ScheduleRules rules = new ScheduleRules(() -> tasks, Instant.now());
		Uninterruptibly.await(begun);
		RunningApplication.await(() -> tasks.stream()
			.filter((task) -> task.toString().equals("nightly job"))
			.allMatch((task) -> task.nextExecution() == null));
		rules.check(Instant.now());
		assertThat(rules.check(later(Duration.ofMinutes(2)))).extracting(Alert::title)
			.contains("Scheduled method nightly job has not run");
	}

	@Test
	void aFixedDelayBeginsWhenTheRunEnds() {
		Set<ScheduledTask> tasks = start("delay");
		ScheduleRules rules = new ScheduleRules(() -> tasks, Instant.now());
		Uninterruptibly.await(begun);
		assertThat(rules.check(later(Duration.ofHours(2)))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "yearly", "late", "hourly" })
	void aTaskThatIsNotDueIsNotMissed(String kind) {
		Set<ScheduledTask> tasks = start(kind);
		ScheduleRules rules = new ScheduleRules(() -> tasks, Instant.now());
		assertThat(tasks).hasSize(1);
		RunningApplication.await(() -> tasks.iterator().next().nextExecution() != null);
		assertThat(rules.check(later(Duration.ofMinutes(2)))).isEmpty();
	}

	@Test
	void forgetsWhatWasDueBeforeARestart() {
		Set<ScheduledTask> tasks = start("rate");
		ScheduleRules rules = new ScheduleRules(() -> tasks, Instant.now());
		Uninterruptibly.await(begun);
		rules.restart(later(Duration.ofMinutes(10)));
		assertThat(rules.check(later(Duration.ofMinutes(10)))).isEmpty();
		assertThat(rules.check(later(Duration.ofMinutes(12)))).hasSize(1);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Schedules implements SchedulingConfigurer {

		@Override
		public void configureTasks(ScheduledTaskRegistrar registrar) {
			Runnable job = new Job();
			switch (kind) {
				case "rate" -> registrar.addFixedRateTask(new FixedRateTask(job, OFTEN, Duration.ZERO));
				case "cron" -> registrar.addCronTask(new CronTask(job, "* * * * * *"));
				case "delay" -> registrar.addFixedDelayTask(new FixedDelayTask(job, OFTEN, Duration.ZERO));
				case "yearly" -> registrar.addCronTask(new CronTask(job, "@yearly"));
				case "late" ->
					registrar.addFixedRateTask(new FixedRateTask(job, Duration.ofDays(1), Duration.ofDays(1)));
				case "hourly" -> registrar.addFixedRateTask(new FixedRateTask(job, Duration.ofHours(1), Duration.ZERO));
				case "blocked rate" -> {
					block(registrar);
					registrar.addFixedRateTask(new FixedRateTask(new Named(), OFTEN, OFTEN));
				}
				case "blocked cron" -> {
					block(registrar);
					registrar.addCronTask(new CronTask(new Named(), "* * * * * *"));
				}
				case "blocked delay" -> {
					block(registrar);
					registrar.addFixedDelayTask(new FixedDelayTask(new Named(), OFTEN, OFTEN));
				}
				default -> throw new IllegalStateException(kind);
			}
		}

		/** The scheduler has one thread. */
		private static void block(ScheduledTaskRegistrar registrar) {
			registrar.addFixedRateTask(new FixedRateTask(ScheduleRulesTests::run, OFTEN, Duration.ZERO));
		}

	}

	private static final class Job implements Runnable {

		@Override
		public void run() {
			ScheduleRulesTests.run();
		}

		@Override
		public String toString() {
			return "nightly job";
		}

	}

	private static final class Named implements Runnable {

		@Override
		public void run() {
			// Only its schedule matters
		}

		@Override
		public String toString() {
			return "nightly job";
		}

	}

}
