package dev.cairn.metrics;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * What has come in the last minutes: short stretches of the last one, and of what is
 * older, up to a quarter of an hour, stretches of about a minute. So a window is exact to
 * one stretch. Time is that of {@link System#nanoTime()}, which does not jump. For one
 * thread at a time.
 *
 * @param <V> what is kept of a stretch; immutable
 */
final class SlidingWindow<V> {

	/** As long as windows may be. */
	static final Duration LONGEST = Duration.ofMinutes(15);

	/** Short stretches that become a long one. */
	private static final int STRETCHES = 6;

	private final BinaryOperator<V> merger;

	private final Deque<Stretch<V>> recent = new ArrayDeque<>();

	private final Deque<Stretch<V>> older = new ArrayDeque<>();

	/** When the stretch began that has not ended yet. */
	private long begun;

	SlidingWindow(BinaryOperator<V> merger, long now) {
		this.merger = merger;
		this.begun = now;
	}

	/** End a stretch. */
	void turn(V value, long now) {
		this.recent.addLast(new Stretch<>(value, this.begun, now));
		this.begun = now;
		if (this.recent.size() >= 2 * STRETCHES) {
			Stretch<V> oldest = this.recent.removeFirst();
			V merged = oldest.value();
			long end = oldest.end();
			for (int i = 1; i < STRETCHES; i++) {
				Stretch<V> next = this.recent.removeFirst();
				merged = this.merger.apply(merged, next.value());
				end = next.end();
			}
			this.older.addLast(new Stretch<>(merged, oldest.begin(), end));
		}
		while (!this.older.isEmpty() && now - this.older.getFirst().end() >= LONGEST.toNanos()) {
			this.older.removeFirst();
		}
	}

	/**
	 * Return what has come in the last time.
	 * @param live what has come since the last stretch ended
	 */
	Seen<V> last(Duration window, V live, long now) {
		V value = live;
		long age = now - this.begun;
		for (Deque<Stretch<V>> stretches : List.of(this.recent, this.older)) {
			for (Stretch<V> stretch : stretches) {
				if (now - stretch.end() < window.toNanos()) {
					value = this.merger.apply(value, stretch.value());
					age = Math.max(age, now - stretch.begin());
				}
			}
		}
		return new Seen<>(value, Duration.ofNanos(age));
	}

	private record Stretch<V>(V value, long begin, long end) {
	}

	/**
	 * What was seen, and in which time.
	 *
	 * @param <V> what was seen
	 * @param value what was seen
	 * @param time for how long it was looked
	 */
	record Seen<V>(V value, Duration time) {
	}

}
