package dev.cairn;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * The metric calls. Each call uses a meter of Micrometer, which is available in every
 * registry of the application. Tags are alternating keys and values. A name that belongs
 * to a meter of another type is logged once, and the call does nothing. Thread-safe.
 */
public interface CairnMetrics {

	/**
	 * Adds one to a counter.
	 * @param name the name of the counter, such as {@code orders.paid}
	 * @param tags alternating keys and values
	 */
	default void incr(String name, String... tags) {
		incr(name, 1, tags);
	}

	/**
	 * Adds an amount to a counter.
	 * @param name the name of the counter
	 * @param by the amount; ignored if it is not positive or not finite
	 * @param tags alternating keys and values
	 */
	void incr(String name, double by, String... tags);

	/**
	 * Sets the value of a gauge.
	 * @param name the name of the gauge, such as {@code queue.depth}
	 * @param value the value
	 * @param tags alternating keys and values
	 */
	void set(String name, double value, String... tags);

	/**
	 * Records a value of a distribution, such as the size of an order.
	 * @param name the name of the summary
	 * @param value the value; ignored if it is negative or not finite
	 * @param tags alternating keys and values
	 */
	void record(String name, double value, String... tags);

	/**
	 * Records a duration of a timer that was measured elsewhere.
	 * @param name the name of the timer
	 * @param duration the duration; ignored if it is negative
	 * @param tags alternating keys and values
	 */
	void record(String name, Duration duration, String... tags);

	/**
	 * Starts a timer. <pre>
	 * try (Timing timing = cairn.timer("checkout")) {
	 *     ...
	 * }
	 * </pre>
	 * @param name the name of the timer
	 * @param tags alternating keys and values
	 * @return the timing, which ends when it is closed, on any thread; timings may nest
	 */
	Timing timer(String name, String... tags);

	/**
	 * Times some work.
	 * @param <T> the type of the result
	 * @param name the name of the timer
	 * @param work the work
	 * @param tags alternating keys and values
	 * @return the result of the work
	 * @throws Exception if the work throws
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
	 * Wraps some work so that it is timed each time it is called.
	 * @param <T> the type of the result
	 * @param name the name of the timer
	 * @param work the work
	 * @param tags alternating keys and values
	 * @return the wrapped work
	 */
	default <T> Callable<T> timed(String name, Callable<T> work, String... tags) {
		Objects.requireNonNull(work, "work must not be null");
		return () -> time(name, work, tags);
	}

	/**
	 * A timer that was started. It may be closed by another thread than the one that
	 * started it. Only the first end counts.
	 */
	interface Timing extends AutoCloseable {

		/** A timing that records nothing. */
		Timing NONE = new Timing() {

			@Override
			public void close() {
			}

			@Override
			public void discard() {
			}

		};

		/**
		 * Records the time since the start.
		 */
		@Override
		void close();

		/**
		 * Ends the timing without recording it.
		 */
		void discard();

	}

}
