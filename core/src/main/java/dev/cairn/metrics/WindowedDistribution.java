package dev.cairn.metrics;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * The values of one meter over sliding windows. Recording is that of the
 * {@link BucketCounts}; the rest takes a lock.
 */
final class WindowedDistribution {

	private final BucketCounts histogram = new BucketCounts();

	/** Of all values from the beginning. */
	private final DoubleSupplier sum;

	private final SlidingWindow<Distribution> window;

	/** How many were taken out of the histogram. */
	private long counted;

	private double summed;

	WindowedDistribution(DoubleSupplier sum, long now) {
		this.sum = sum;
		this.window = new SlidingWindow<>(Distribution::merge, now);
	}

	void record(double value) {
		this.histogram.record(value);
	}

	void add(double value, long copies) {
		this.histogram.add(value, copies);
	}

	synchronized long count() {
		return this.counted + this.histogram.count();
	}

	synchronized void turn(long now) {
		Distribution stretch = read(true);
		this.counted += stretch.count();
		this.summed += stretch.sum();
		this.window.turn(stretch, now);
	}

	synchronized SlidingWindow.Seen<Distribution> last(Duration window, long now) {
		return this.window.last(window, read(false), now);
	}

	private Distribution read(boolean reset) {
		return this.histogram.read(this.sum.getAsDouble() - this.summed, reset);
	}

}
