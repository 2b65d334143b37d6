package dev.cairn.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Helpers for threads.
 */
public final class Threads {

	private Threads() {
	}

	/**
	 * Creates a daemon thread that keeps nothing of the thread that creates it: neither
	 * inheritable thread-locals nor the context class loader. Its context class loader is
	 * that of Cairn, because libraries that run on it, such as Kafka's codecs, look up
	 * resources by it.
	 * @param task the task to run
	 * @param name the name of the thread
	 * @return the thread, not started
	 */
	public static Thread daemon(Runnable task, String name) {
		Thread thread = new Thread(null, task, name, 0, false);
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

}
