package dev.cairn.statsd;

import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

import dev.cairn.metrics.MeterSampling;
import io.micrometer.core.instrument.AbstractMeter;
import io.micrometer.core.instrument.Counter;

/**
 * A counter that adds up in process and writes the increase at each flush. Whole amounts
 * are exact up to 2^63 and are kept apart from fractions, which are exact to a billionth.
 * An amount that is not positive, or not finite, is ignored.
 */
final class ExactCounter extends AbstractMeter implements Counter, FlushableMeter {

	private final LongAdder whole = new LongAdder();

	private final DoubleAdder fractions = new DoubleAdder();

	private final MeterSampling.Rate rate;

	private final LineTemplate line;

	private long flushedWhole;

	private double flushedFractions;

	ExactCounter(Id id, MeterSampling.Rate rate, LineTemplate line) {
		super(id);
		this.rate = rate;
		this.line = line;
	}

	@Override
	public void increment() {
		this.whole.increment();
	}

	@Override
	public void increment(double amount) {
		long integer = (long) amount;
		if (integer == amount && integer != Long.MAX_VALUE) {
			if (integer > 0) {
				this.whole.add(integer);
			}
		}
		else if (amount > 0 && amount < Double.POSITIVE_INFINITY) {
			this.fractions.add(amount);
		}
	}

	@Override
	public double count() {
		return this.whole.sum() + this.fractions.sum();
	}

	@Override
	public void flush(StatsdWriter writer) {
		long wholeNow = this.whole.sum();
		long integer = wholeNow - this.flushedWhole;
		double fraction = PacketBuilder.round(this.fractions.sum() - this.flushedFractions);
		this.flushedWhole = wholeNow;
		this.flushedFractions += fraction;
		if ((integer == 0 && fraction == 0) || !this.rate.isOn()) {
			return;
		}
		PacketBuilder packet = writer.value(this.line);
		if (fraction == 0) {
			packet.number(integer);
		}
		else {
			packet.decimal(integer + fraction);
		}
	}

}
