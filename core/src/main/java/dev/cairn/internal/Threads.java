package dev.cairn.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Helpers for threads.
 */
public final class Threads {

	/**
	 * Inherited by the threads that a thread of Cairn starts, such as those of a client.
	 */
	private static final InheritableThreadLocal<@Nullable Boolean> STARTED_BY_OWN = new InheritableThreadLocal<>();

	private Threads() {
	}

	/**
	 * Returns whether the calling thread delivers for Cairn, so that what it logs or
	 * publishes must not become a message to deliver.
	 * @return {@code true} for a {@link #daemon} and the threads that it has started
	 */
	public static boolean isOwn() {
		Thread current = Thread.currentThread();
		return current instanceof OwnThread
				|| (STARTED_BY_OWN.get() != null && !(current instanceof ForkJoinWorkerThread));
	}

	/**
	 * Prepares to call code of the application. The threads that it starts are its own,
	 * also if a thread of Cairn calls it.
	 * @return whether to {@linkplain #returnToOwn return} after the call
	 */
	static boolean leaveOwn() {
		boolean own = Thread.currentThread() instanceof OwnThread && STARTED_BY_OWN.get() != null;
		if (own) {
			STARTED_BY_OWN.remove();
		}
		return own;
	}

	static void returnToOwn() {
		STARTED_BY_OWN.set(true);
	}

	/**
	 * Creates a daemon thread of Cairn's own, which keeps nothing of the thread that
	 * creates it: neither inheritable thread-locals nor the context class loader. Its
	 * context class loader is that of Cairn, because libraries that run on it, such as
	 * Kafka's codecs, look up resources by it.
	 * @param task the task to run
	 * @param name the name of the thread
	 * @return the thread, not started
	 */
	public static Thread daemon(Runnable task, String name) {
		return daemon(new OwnThread(task, name));
	}

	/**
	 * Creates a daemon thread like {@link #daemon} that completes calls of the
	 * application. Messages that it publishes count as those of the application.
	 * @param task the task to run
	 * @param name the name of the thread
	 * @return the thread, not started
	 */
	public static Thread helper(Runnable task, String name) {
		return daemon(new Thread(null, task, name, 0, false));
	}

	private static Thread daemon(Thread thread) {
		thread.setContextClassLoader(Threads.class.getClassLoader());
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Returns when a timeout that begins now is over. A timeout that is too long for
	 * nanoseconds, such as one without end, is shortened.
	 * @param timeout the timeout
	 * @return the time, in terms of {@link System#nanoTime()}
	 */
	public static long deadline(Duration timeout) {
		return System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
	}

	public static Duration left(long deadline) {
		return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
	}

	/**
	 * Shuts an executor down and waits for its tasks, at most until the timeout is over
	 * or the calling thread is interrupted. The running task is interrupted afterwards.
	 * @param executor the executor
	 * @param timeout the maximum time to wait
	 * @return the tasks that were not begun
	 */
	public static List<Runnable> shutDown(ExecutorService executor, Duration timeout) {
		executor.shutdown();
		try {
			executor.awaitTermination(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return executor.shutdownNow();
	}

	/**
	 * Waits until a thread ends. An interrupt does not end the wait; the interrupted
	 * status is set again afterwards.
	 * @param thread the thread to wait for
	 * @param deadline when to stop waiting, in terms of {@link System#nanoTime()}
	 * @return whether the thread has ended
	 */
	public static boolean join(Thread thread, long deadline) {
		boolean interrupted = false;
		long left = deadline - System.nanoTime();
		while (left > 0 && thread.isAlive()) {
			try {
				TimeUnit.NANOSECONDS.timedJoin(thread, left);
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
			left = deadline - System.nanoTime();
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		return !thread.isAlive();
	}

	/**
	 * The time that several owners of threads may take to stop, one after the other. It
	 * begins when the first of them asks. Half a second of it, a quarter at most, is kept
	 * for those that come when the rest is over: each has a moment, in which a backend
	 * that is available takes what is left. Thread-safe.
	 */
	public static final class Budget {

		private static final Duration MOMENT = Duration.ofMillis(100);

		private static final Duration KEPT = Duration.ofMillis(500);

		private final Duration time;

		private @Nullable Long deadline;

		public Budget(Duration total) {
			// A quotient of durations takes decimals, whose class is slow to initialize
			this.time = total.minusMillis(Math.min(total.toMillis() / 4, KEPT.toMillis()));
		}

		/**
		 * Returns the time that is left.
		 * @return the time, at least a moment
		 */
		public synchronized Duration left() {
			if (this.deadline == null) {
				this.deadline = Threads.deadline(this.time);
			}
			Duration left = Threads.left(this.deadline);
			return (left.compareTo(MOMENT) > 0) ? left : MOMENT;
		}

	}

	/** Delivers for Cairn. */
	private static final class OwnThread extends Thread {

		OwnThread(Runnable task, String name) {
			super(null, task, name, 0, false);
		}

		@Override
		public void run() {
			STARTED_BY_OWN.set(true);
			super.run();
		}

	}

}
