package dev.cairn.incident;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import dev.cairn.internal.Threads;
import org.jspecify.annotations.Nullable;

/**
 * The clock of the incidents, and the thread on which they are sent later. The thread
 * exists only while this is started and once there is a task. Tasks that are due before
 * the start or during a suspension run afterwards. Thread-safe.
 */
final class IncidentTimer {

	private final Supplier<ScheduledThreadPoolExecutor> executors;

	private final LongSupplier nanoTime;

	/** The tasks that have not run. Guarded by this. */
	private final Set<Task> tasks = new LinkedHashSet<>();

	/** {@code null} unless this is started. */
	private @Nullable ScheduledThreadPoolExecutor executor;

	private boolean stopped;

	IncidentTimer(Supplier<ScheduledThreadPoolExecutor> executors, LongSupplier nanoTime) {
		this.executors = executors;
		this.nanoTime = nanoTime;
	}

	static ScheduledThreadPoolExecutor newExecutor() {
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1,
				(task) -> Threads.daemon(task, "cairn-incidents"));
		executor.setRemoveOnCancelPolicy(true);
		executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		return executor;
	}

	long nanoTime() {
		return this.nanoTime.getAsLong();
	}

	/** Schedules a task, or returns {@code null} if it cannot be run. */
	synchronized @Nullable Task schedule(Runnable command, long nanos) {
		if (this.stopped) {
			return null;
		}
		Task task = new Task(command, nanoTime() + nanos);
		try {
			submit(task);
			this.tasks.add(task);
			return task;
		}
		catch (RejectedExecutionException | OutOfMemoryError | StackOverflowError ex) {
			return null;
		}
	}

	private void submit(Task task) {
		if (this.executor != null) {
			task.future = this.executor.schedule(task, task.due - nanoTime(), TimeUnit.NANOSECONDS);
		}
	}

	synchronized void start() {
		if (this.executor == null && !this.stopped) {
			this.executor = this.executors.get();
			this.tasks.forEach(this::submit);
		}
	}

	void suspend(Duration timeout) {
		end(release(), timeout);
	}

	/** Runs all tasks now, and accepts no more. */
	void stop(Duration timeout) {
		ScheduledThreadPoolExecutor before;
		List<Task> left;
		synchronized (this) {
			before = release();
			left = List.copyOf(this.tasks);
			this.stopped = true;
		}
		left.forEach(Task::run);
		end(before, timeout);
	}

	private synchronized @Nullable ScheduledThreadPoolExecutor release() {
		ScheduledThreadPoolExecutor released = this.executor;
		this.executor = null;
		return released;
	}

	/** Waits for the task that the thread may be running. */
	private static void end(@Nullable ScheduledThreadPoolExecutor executor, Duration timeout) {
		if (executor != null) {
			Threads.shutDown(executor, timeout);
		}
	}

	private synchronized boolean remove(Task task) {
		return this.tasks.remove(task);
	}

	/**
	 * A task that runs once, unless it is cancelled.
	 */
	final class Task implements Runnable {

		private final Runnable command;

		private final long due;

		private @Nullable Future<?> future;

		private Task(Runnable command, long due) {
			this.command = command;
			this.due = due;
		}

		@Override
		public void run() {
			if (remove(this)) {
				this.command.run();
			}
		}

		void cancel() {
			if (remove(this) && this.future != null) {
				this.future.cancel(false);
			}
		}

	}

}
