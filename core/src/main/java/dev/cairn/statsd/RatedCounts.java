package dev.cairn.statsd;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * What a counter has counted at rates below 1. There are few rates: those of the rules,
 * and those that stand in the code.
 */
final class RatedCounts {

	/** Bounded, should somebody compute them. */
	private static final int MAX_RATES = 32;

	private final Map<Double, Kept> rates = new ConcurrentHashMap<>();

	/**
	 * Add an amount.
	 * @return whether it is told at its rate; otherwise it has to be told as if all had
	 * been kept
	 */
	boolean add(double amount, double rate) {
		Kept kept = this.rates.get(rate);
		if (kept == null) {
			if (this.rates.size() >= MAX_RATES) {
				return false;
			}
			kept = this.rates.computeIfAbsent(rate, (absent) -> new Kept());
		}
		kept.amount.add(amount);
		return true;
	}

	/** Return for how much the amounts stand. */
	double sum() {
		double sum = 0;
		for (Map.Entry<Double, Kept> rate : this.rates.entrySet()) {
			sum += rate.getValue().amount.sum() / rate.getKey();
		}
		return sum;
	}

	/** Write what has come since the last time. For the flushing thread. */
	void write(PacketBuilder packets, LineTemplate line) {
		this.rates.forEach((rate, kept) -> {
			double more = Decimals.round(kept.amount.sum() - kept.told);
			if (more > 0) {
				kept.told += more;
				packets.begin(line).decimal(more).end(line, rate, 1);
			}
		});
	}

	/**
	 * What was kept at a rate.
	 */
	private static final class Kept {

		private final DoubleAdder amount = new DoubleAdder();

		private double told;

	}

}
