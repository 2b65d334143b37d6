package dev.cairn.incident;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A scheduler and clock whose time passes only when a test advances it. Tasks run on the
 * thread that advances the time.
 */
final class ManualScheduler extends ScheduledThreadPoolExecutor {

	private final List<Task> tasks = new ArrayList<>();

	private long now;

	private boolean closed;

	ManualScheduler() {
		super(0);
	}

	IncidentTimer timer() {
		return new IncidentTimer(() -> this, this::nanoTime);
	}

	synchronized long nanoTime() {
		return this.now;
	}

	/** Lets time pass, and runs what is due in the order in which it becomes due. */
	void advance(Duration duration) {
		long end = nanoTime() + duration.toNanos();
		Task due = nextUntil(end);
		while (due != null) {
			due.run();
			due = nextUntil(end);
		}
		synchronized (this) {
			this.now = Math.max(this.now, end);
		}
	}

	private synchronized Task nextUntil(long end) {
		Task next = null;
		for (Task task : this.tasks) {
			if (task.time - end <= 0 && (next == null || task.time < next.time)) {
				next = task;
			}
		}
		if (next != null) {
			this.tasks.remove(next);
			this.now = Math.max(this.now, next.time);
		}
		return next;
	}

	@Override
	public synchronized ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
		if (this.closed) {
			throw new RejectedExecutionException();
		}
		Task task = new Task(command, this.now + unit.toNanos(delay));
		this.tasks.add(task);
		return task;
	}

	@Override
	public void shutdown() {
		shutdownNow();
	}

	@Override
	public synchronized List<Runnable> shutdownNow() {
		this.closed = true;
		this.tasks.clear();
		return super.shutdownNow();
	}

	private static final class Task extends FutureTask<Object> implements RunnableScheduledFuture<Object> {

		private final long time;

		Task(Runnable command, long time) {
			super(command, null);
			this.time = time;
		}

		@Override
		public long getDelay(TimeUnit unit) {
			throw new UnsupportedOperationException();
		}

		@Override
		public int compareTo(Delayed other) {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean isPeriodic() {
			return false;
		}

	}

}
