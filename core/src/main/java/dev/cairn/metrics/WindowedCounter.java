package dev.cairn.metrics;

import java.time.Duration;

import io.micrometer.core.instrument.AbstractMeter;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;

/**
 * A counter that knows its rates.
 */
final class WindowedCounter extends AbstractMeter implements Counter, WindowedMeter<Double>, RatedMeter {

	private final Sum sum = new Sum();

	private final SlidingWindow<Double> window;

	/** What earlier stretches have. */
	private double told;

	WindowedCounter(Id id, Clock clock) {
		super(id);
		this.window = new SlidingWindow<>(Double::sum, clock.monotonicTime());
	}

	@Override
	public void increment() {
		this.sum.increment();
	}

	@Override
	public void increment(double amount) {
		this.sum.add(amount);
	}

	@Override
	public void recordRated(double amount, double rate) {
		increment(amount / rate);
	}

	@Override
	public double count() {
		return this.sum.total();
	}

	@Override
	public synchronized void turn(long now) {
		double count = count();
		this.window.turn(count - this.told, now);
		this.told = count;
	}

	@Override
	public synchronized SlidingWindow.Seen<Double> last(Duration window, long now) {
		return this.window.last(window, count() - this.told, now);
	}

}
