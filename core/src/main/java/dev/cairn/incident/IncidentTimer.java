package dev.cairn.incident;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Delayed;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The clock of the incidents, and the thread on which they are sent later. The thread
 * exists only while this is started and there is a task. Tasks that are due before the
 * start or during a suspension run afterwards. Thread-safe.
 */
final class IncidentTimer {

	private final Supplier<ScheduledThreadPoolExecutor> executors;

	private final LongSupplier nanoTime;

	private ScheduledThreadPoolExecutor executor = threadless();

	private boolean started;

	private boolean stopped;

	IncidentTimer(Supplier<ScheduledThreadPoolExecutor> executors, LongSupplier nanoTime) {
		this.executors = executors;
		this.nanoTime = nanoTime;
	}

	static ScheduledThreadPoolExecutor newExecutor() {
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, IncidentTimer::newThread);
		executor.setRemoveOnCancelPolicy(true);
		return executor;
	}

	/** The thread must not inherit anything from the one that happens to fail first. */
	private static Thread newThread(Runnable task) {
		Thread thread = new Thread(null, task, "cairn-incidents", 0, false);
		thread.setContextClassLoader(null);
		thread.setDaemon(true);
		return thread;
	}

	/** Creates an executor that keeps its tasks, since it cannot have a thread. */
	private static ScheduledThreadPoolExecutor threadless() {
		ScheduledThreadPoolExecutor executor = newExecutor();
		executor.setThreadFactory((task) -> null);
		return executor;
	}

	long nanoTime() {
		return this.nanoTime.getAsLong();
	}

	/** Schedules a task, or returns {@code null} if it cannot be run. */
	synchronized @Nullable Future<?> schedule(Runnable task, long nanos) {
		try {
			return this.executor.schedule(task, nanos, TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException | OutOfMemoryError | StackOverflowError ex) {
			return null;
		}
	}

	synchronized void start() {
		if (!this.started && !this.stopped) {
			this.started = true;
			continueWith(this.executors.get());
		}
	}

	void suspend(long timeoutNanos) {
		ScheduledThreadPoolExecutor before;
		synchronized (this) {
			if (!this.started || this.stopped) {
				return;
			}
			this.started = false;
			before = continueWith(threadless());
		}
		end(before, timeoutNanos);
	}

	private ScheduledThreadPoolExecutor continueWith(ScheduledThreadPoolExecutor next) {
		ScheduledThreadPoolExecutor before = this.executor;
		this.executor = next;
		for (Runnable task : takeTasks(before)) {
			next.schedule(task, ((Delayed) task).getDelay(TimeUnit.NANOSECONDS), TimeUnit.NANOSECONDS);
		}
		return before;
	}

	private static List<Runnable> takeTasks(ScheduledThreadPoolExecutor executor) {
		List<Runnable> tasks = new ArrayList<>(executor.getQueue());
		tasks.removeIf((task) -> !executor.remove(task));
		return tasks;
	}

	/** Runs all tasks now, and accepts no more. */
	void stop(long timeoutNanos) {
		ScheduledThreadPoolExecutor before;
		synchronized (this) {
			before = this.executor;
			this.executor = threadless();
			this.executor.shutdown();
			this.stopped = true;
		}
		takeTasks(before).forEach(Runnable::run);
		end(before, timeoutNanos);
	}

	/**
	 * Waits for the task that the thread may be running, and interrupts it afterwards.
	 */
	private static void end(ScheduledThreadPoolExecutor executor, long timeoutNanos) {
		executor.shutdown();
		try {
			executor.awaitTermination(timeoutNanos, TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		executor.shutdownNow();
	}

}
