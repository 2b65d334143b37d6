package dev.cairn.metrics;

import java.time.Duration;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.cumulative.CumulativeCounter;

/**
 * A counter with rates over sliding windows.
 */
final class WindowedCounter extends CumulativeCounter implements SlidingWindow.Windowed {

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
		SlidingWindow.View view = this.window.last(window, Distribution.ofSum(count() - this.rotatedCount), now);
		return StatisticsRegistry.Window.of(view.values().sum(), view.time(), null);
	}

}
