package dev.cairn;

import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * The metric calls. Each of them is a meter of Micrometer's, so that every registry of
 * the application sees it. Tags are keys and values in turns. Thread-safe. A name that
 * belongs to a meter of another kind is told once in the log, and does nothing.
 */
public interface CairnMetrics {

	/**
	 * Add one to a counter.
	 * @param name the counter, such as {@code orders.paid}
	 * @param tags keys and values in turns
	 */
	default void incr(String name, String... tags) {
		incr(name, 1, tags);
	}

	/**
	 * Add to a counter.
	 * @param name the counter
	 * @param by how much; what is negative or no number does nothing
	 * @param tags keys and values in turns
	 */
	void incr(String name, double by, String... tags);

	/**
	 * Say what a gauge shows from now on.
	 * @param name the gauge, such as {@code queue.depth}
	 * @param value the value
	 * @param tags keys and values in turns
	 */
	void set(String name, double value, String... tags);

	/**
	 * Record a value of which the distribution matters, such as the size of an order.
	 * @param name the summary
	 * @param value the value; what is negative or no number does nothing
	 * @param tags keys and values in turns
	 */
	void record(String name, double value, String... tags);

	/**
	 * Start to take the time. <pre>
	 * try (Timing timing = cairn.timer("checkout")) {
	 *     ...
	 * }
	 * </pre>
	 * @param name the timer
	 * @param tags keys and values in turns
	 * @return what ends when it is closed, on whichever thread; they may nest
	 */
	Timing timer(String name, String... tags);

	/**
	 * Take the time of some work.
	 * @param <T> what it returns
	 * @param name the timer
	 * @param work the work
	 * @param tags keys and values in turns
	 * @return what the work returns
	 * @throws Exception what the work throws
	 */
	default <T> T time(String name, Callable<T> work, String... tags) throws Exception {
		Timing timing = timer(name, tags);
		try {
			return work.call();
		}
		finally {
			timing.close();
		}
	}

	/**
	 * Wrap some work so that its time is taken each time it is called.
	 * @param <T> what it returns
	 * @param name the timer
	 * @param work the work
	 * @param tags keys and values in turns
	 * @return the work, timed
	 */
	default <T> Callable<T> timed(String name, Callable<T> work, String... tags) {
		Objects.requireNonNull(work, "work must not be null");
		return () -> time(name, work, tags);
	}

}
