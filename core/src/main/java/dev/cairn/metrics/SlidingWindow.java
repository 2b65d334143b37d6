package dev.cairn.metrics;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.cumulative.CumulativeCounter;

/**
 * The values of the last quarter of an hour: intervals, of which the older ones are
 * merged to about a minute. A window is exact to one interval. Not thread-safe.
 */
final class SlidingWindow {

	static final Duration LONGEST = Duration.ofMinutes(15);

	/** The number of short intervals that become a long one. */
	private static final int MERGED_INTERVALS = 6;

	private final Deque<Interval> recent = new ArrayDeque<>();

	private final Deque<Interval> older = new ArrayDeque<>();

	/** When the current interval began. */
	private long begin;

	SlidingWindow(long now) {
		this.begin = now;
	}

	/** Ends the current interval. */
	void rotate(Distribution value, long now) {
		this.recent.addLast(new Interval(value, this.begin, now));
		this.begin = now;
		if (this.recent.size() >= 2 * MERGED_INTERVALS) {
			this.older.addLast(mergeOldest());
		}
		while (!this.older.isEmpty() && now - this.older.getFirst().end() >= LONGEST.toNanos()) {
			this.older.removeFirst();
		}
	}

	private Interval mergeOldest() {
		Interval merged = this.recent.removeFirst();
		for (int i = 1; i < MERGED_INTERVALS; i++) {
			Interval next = this.recent.removeFirst();
			merged = new Interval(merged.value().merge(next.value()), merged.begin(), next.end());
		}
		return merged;
	}

	/** Returns the values since a time ago, including those of the current interval. */
	View last(Duration window, Distribution current, long now) {
		Distribution value = current;
		long age = now - this.begin;
		for (Deque<Interval> intervals : List.of(this.recent, this.older)) {
			for (Interval interval : intervals) {
				if (now - interval.end() < window.toNanos()) {
					value = value.merge(interval.value());
					age = Math.max(age, now - interval.begin());
				}
			}
		}
		return new View(value, Duration.ofNanos(age));
	}

	private record Interval(Distribution value, long begin, long end) {
	}

	/**
	 * The values of a window, and the time that it covers.
	 */
	record View(Distribution values, Duration time) {
	}

	/**
	 * A meter with the values of the last minutes. Thread-safe.
	 */
	interface Windowed {

		/** Ends the current interval. */
		void rotate(long now);

		/** Returns the values that were recorded in a window. */
		StatisticsRegistry.Window over(Duration window, long now);

	}

	/**
	 * A counter with rates over sliding windows.
	 */
	static final class WindowedCounter extends CumulativeCounter implements Windowed {

		private final SlidingWindow window;

		/** The count at the end of the last interval. */
		private double rotatedCount;

		WindowedCounter(Id id, Clock clock) {
			super(id);
			this.window = new SlidingWindow(clock.monotonicTime());
		}

		@Override
		public void increment(double amount) {
			if (amount > 0 && amount < Double.POSITIVE_INFINITY) {
				super.increment(amount);
			}
		}

		@Override
		public synchronized void rotate(long now) {
			double count = count();
			this.window.rotate(Distribution.ofSum(count - this.rotatedCount), now);
			this.rotatedCount = count;
		}

		@Override
		public synchronized StatisticsRegistry.Window over(Duration window, long now) {
			View view = this.window.last(window, Distribution.ofSum(count() - this.rotatedCount), now);
			return StatisticsRegistry.Window.of(view.values().sum(), view.time(), null, count());
		}

	}

}
