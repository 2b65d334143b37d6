package dev.cairn.spring.notify;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import dev.cairn.spring.notify.Notification.Kind;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.config.CronTask;
import org.springframework.scheduling.config.FixedDelayTask;
import org.springframework.scheduling.config.FixedRateTask;
import org.springframework.scheduling.config.IntervalTask;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.Task;
import org.springframework.scheduling.config.TaskExecutionOutcome;
import org.springframework.scheduling.config.TaskExecutionOutcome.Status;
import org.springframework.scheduling.support.SimpleTriggerContext;

/**
 * Notices scheduled methods that do not run when they should: because the run before
 * hangs, or because other tasks occupy the threads of the scheduler. For one thread.
 */
final class ScheduleRules {

	/** How late a run may begin. */
	static final Duration TOLERANCE = Duration.ofMinutes(1);

	private final Supplier<? extends Collection<ScheduledTask>> tasks;

	private Instant since;

	private Map<ScheduledTask, Progress> progress = new HashMap<>();

	ScheduleRules(Supplier<? extends Collection<ScheduledTask>> tasks, Instant since) {
		this.tasks = tasks;
		this.since = since;
	}

	/**
	 * Forgets what should have run before: the scheduler was paused, or the whole
	 * process.
	 */
	void restart(Instant now) {
		this.since = now;
		this.progress = new HashMap<>();
	}

	List<Alert> check(Instant now) {
		List<Alert> alerts = new ArrayList<>();
		Map<ScheduledTask, Progress> current = new HashMap<>();
		for (ScheduledTask scheduled : this.tasks.get()) {
			Task task = scheduled.getTask();
			TaskExecutionOutcome outcome = task.getLastExecutionOutcome();
			Progress known = progress(this.progress.get(scheduled), outcome, now);
			Instant expected = (scheduled.nextExecution() == null) ? expected(task, outcome, known) : null;
			boolean missed = expected != null && now.isAfter(expected.plus(TOLERANCE));
			if (expected != null && missed && !known.missed) {
				alerts.add(alert(task, outcome, expected));
			}
			current.put(scheduled, known.withMissed(missed));
		}
		this.progress = current;
		return alerts;
	}

	/** The first time that a run is seen to have ended is as late as its end or later. */
	private static Progress progress(@Nullable Progress known, TaskExecutionOutcome outcome, Instant now) {
		Instant last = outcome.executionTime();
		boolean running = outcome.status() == Status.STARTED;
		if (known == null) {
			return new Progress(last, running, now, false);
		}
		boolean sameRun = Objects.equals(known.last, last);
		if (sameRun && !running && !known.running) {
			return known;
		}
		return new Progress(last, running, now, sameRun && known.missed);
	}

	/** Returns when the next run should begin, {@code null} if that is not known. */
	private @Nullable Instant expected(Task task, TaskExecutionOutcome outcome, Progress known) {
		Instant last = outcome.executionTime();
		Instant base = (last != null && last.isAfter(this.since)) ? last : this.since;
		if (task instanceof CronTask cron) {
			return cron.getTrigger().nextExecution(new SimpleTriggerContext(base, base, base));
		}
		if (task instanceof IntervalTask never && last == null) {
			return this.since.plus(never.getInitialDelayDuration());
		}
		if (task instanceof FixedRateTask rate) {
			return base.plus(rate.getIntervalDuration());
		}
		if (task instanceof FixedDelayTask delay && !known.running) {
			return known.ended.plus(delay.getIntervalDuration());
		}
		return null;
	}

	private static Alert alert(Task task, TaskExecutionOutcome outcome, Instant expected) {
		Instant last = outcome.executionTime();
		String state = "It has not run yet.";
		if (last != null) {
			boolean running = outcome.status() == Status.STARTED;
			state = "The last run began at " + last + (running ? " and has not ended." : " and has ended.");
		}
		return Alert.of(task.toString(), Kind.MISSED_RUN, "Scheduled method " + task + " has not run",
				"A run was expected at " + expected + ". " + state, 1);
	}

	/**
	 * The state of a task when it was checked last.
	 *
	 * @param last when its last run began
	 * @param running whether that has not ended
	 * @param ended when that was first seen to have ended
	 * @param missed whether the run after it is known to be missed
	 */
	private record Progress(@Nullable Instant last, boolean running, Instant ended, boolean missed) {

		Progress withMissed(boolean missed) {
			return new Progress(this.last, this.running, this.ended, missed);
		}

	}

}
