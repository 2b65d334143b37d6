package dev.cairn.metrics;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * The values of the last minutes: short intervals of the last ones, and intervals of
 * about a minute of older ones, up to a quarter of an hour. A window is therefore exact
 * to one interval. Time is that of {@link System#nanoTime()}, which does not jump. Not
 * thread-safe.
 *
 * @param <V> the type of the value of an interval, which is immutable
 */
final class SlidingWindow<V> {

	static final Duration LONGEST = Duration.ofMinutes(15);

	/** The number of short intervals that become a long one. */
	private static final int MERGED_INTERVALS = 6;

	private final BinaryOperator<V> merger;

	private final Deque<Interval<V>> recent = new ArrayDeque<>();

	private final Deque<Interval<V>> older = new ArrayDeque<>();

	/** When the current interval began. */
	private long begin;

	SlidingWindow(BinaryOperator<V> merger, long now) {
		this.merger = merger;
		this.begin = now;
	}

	/** Ends the current interval. */
	void rotate(V value, long now) {
		this.recent.addLast(new Interval<>(value, this.begin, now));
		this.begin = now;
		if (this.recent.size() >= 2 * MERGED_INTERVALS) {
			this.older.addLast(mergeOldest());
		}
		while (!this.older.isEmpty() && now - this.older.getFirst().end() >= LONGEST.toNanos()) {
			this.older.removeFirst();
		}
	}

	private Interval<V> mergeOldest() {
		Interval<V> merged = this.recent.removeFirst();
		for (int i = 1; i < MERGED_INTERVALS; i++) {
			Interval<V> next = this.recent.removeFirst();
			merged = new Interval<>(this.merger.apply(merged.value(), next.value()), merged.begin(), next.end());
		}
		return merged;
	}

	/**
	 * Returns the values of the last time.
	 * @param window how long to look back
	 * @param current the value of the current interval
	 * @param now the current time
	 * @return the merged value and the time that it covers
	 */
	View<V> last(Duration window, V current, long now) {
		V value = current;
		long age = now - this.begin;
		for (Deque<Interval<V>> intervals : List.of(this.recent, this.older)) {
			for (Interval<V> interval : intervals) {
				if (now - interval.end() < window.toNanos()) {
					value = this.merger.apply(value, interval.value());
					age = Math.max(age, now - interval.begin());
				}
			}
		}
		return new View<>(value, Duration.ofNanos(age));
	}

	private record Interval<V>(V value, long begin, long end) {
	}

	/**
	 * The values of a window.
	 *
	 * @param <V> the type of the value
	 * @param value the merged value
	 * @param time the time that it covers
	 */
	record View<V>(V value, Duration time) {
	}

}
