package dev.cairn.statsd;

import dev.cairn.metrics.RatedMeter;
import dev.cairn.metrics.SamplingGate;
import dev.cairn.metrics.Sum;
import io.micrometer.core.instrument.AbstractMeter;
import io.micrometer.core.instrument.Counter;

/**
 * A counter that adds up in process and says at a flush what came since the last one.
 * Whole amounts are exact up to 2^63, fractions to a billionth.
 */
final class AddingCounter extends AbstractMeter implements Counter, FlushableMeter, RatedMeter {

	private final Sum sum = new Sum();

	private final RatedCounts rated = new RatedCounts();

	private final SamplingGate gate;

	private final LineTemplate line;

	private long wholeTold;

	private double fractionsTold;

	AddingCounter(Id id, SamplingGate gate, LineTemplate line) {
		super(id);
		this.gate = gate;
		this.line = line;
	}

	@Override
	public void increment() {
		if (this.gate.rate() >= 1) {
			this.sum.increment();
		}
		else {
			increment(1);
		}
	}

	@Override
	public void increment(double amount) {
		double rate = this.gate.rate();
		if (rate >= 1) {
			this.sum.add(amount);
		}
		else if (this.gate.keeps()) {
			recordRated(amount, rate);
		}
	}

	@Override
	public void recordRated(double amount, double rate) {
		if (amount > 0 && amount < Double.POSITIVE_INFINITY && !this.rated.add(amount, rate)) {
			this.sum.add(amount / rate);
		}
	}

	@Override
	public double count() {
		return this.sum.total() + this.rated.sum();
	}

	@Override
	public void write(PacketBuilder packets, SampleAccount account) {
		this.rated.write(packets, this.line);
		long wholeNow = this.sum.whole();
		long more = wholeNow - this.wholeTold;
		double fraction = Decimals.round(this.sum.fractions() - this.fractionsTold);
		if (more == 0 && fraction == 0) {
			return;
		}
		this.wholeTold = wholeNow;
		this.fractionsTold += fraction;
		packets.begin(this.line);
		if (fraction == 0) {
			packets.number(more);
		}
		else {
			packets.decimal(more + fraction);
		}
		packets.end(this.line, 1, 1);
	}

}
