package dev.cairn.statsd;

import java.util.Arrays;

import dev.cairn.DropReason;
import dev.cairn.metrics.Copies;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a timer or a summary, apart by the rate at which they were kept. There
 * are few rates: those of the rules, and those that stand in the code.
 */
final class RatedSamples {

	/** Bounded, should somebody compute them. */
	private static final int MAX_RATES = 32;

	private final int capacity;

	private final Runnable hurry;

	private final LineTemplate line;

	private final boolean packed;

	private final Values values;

	private final Object creating = new Object();

	private volatile Rated[] rates;

	/** Of those that were taken out. Guarded by this. */
	private long count;

	/** Of those that were taken out. Guarded by this. */
	private double sum;

	/** Since the last flush. */
	private long untold;

	/**
	 * Create an empty store.
	 * @param capacity samples of a rate that are kept between two flushes
	 * @param hurry has the samples taken out soon
	 * @param line the line of the meter
	 * @param packed whether several go in a line
	 * @param values knows what a sample means
	 */
	RatedSamples(int capacity, Runnable hurry, LineTemplate line, boolean packed, Values values) {
		this.capacity = capacity;
		this.hurry = hurry;
		this.line = line;
		this.packed = packed;
		this.values = values;
		this.rates = new Rated[] { rated(1) };
	}

	private Rated rated(double rate) {
		return new Rated(rate, new Samples(this.capacity, this.hurry), new SampleLines(this.line, this.packed, rate));
	}

	/**
	 * Add one of which all were kept.
	 * @return whether there was room; otherwise it has no part in the totals either
	 */
	boolean add(long sample) {
		return this.rates[0].samples().add(sample);
	}

	/** Add one that was kept at a rate. */
	void add(long sample, double rate) {
		Rated rated = find(rate);
		if (rated == null) {
			rated = create(rate);
		}
		if (rated != null) {
			rated.samples().add(sample);
			return;
		}
		for (int i = Copies.bounded(Copies.at(rate)); i > 0; i--) {
			add(sample);
		}
	}

	private @Nullable Rated find(double rate) {
		for (Rated rated : this.rates) {
			if (rated.rate() == rate) {
				return rated;
			}
		}
		return null;
	}

	/** Return {@code null} where there are too many already. */
	private @Nullable Rated create(double rate) {
		synchronized (this.creating) {
			Rated known = find(rate);
			if (known != null || this.rates.length == MAX_RATES) {
				return known;
			}
			Rated added = rated(rate);
			Rated[] more = Arrays.copyOf(this.rates, this.rates.length + 1);
			more[more.length - 1] = added;
			this.rates = more;
			return added;
		}
	}

	/** Write all samples. For the flushing thread. */
	synchronized void write(PacketBuilder packets, SampleAccount account) {
		for (Rated rated : this.rates) {
			rated.samples().take((sample) -> write(rated, packets, sample));
			rated.lines().end(packets);
			long lost = rated.samples().takeLost();
			if (lost > 0) {
				account.lost(lost, DropReason.OVERFLOW);
			}
		}
		if (this.untold > 0) {
			account.lost(this.untold, DropReason.UNENCODABLE);
			this.untold = 0;
		}
	}

	private void write(Rated rated, PacketBuilder packets, long sample) {
		if (rated.rate() == 1) {
			this.count++;
			this.sum += this.values.value(sample);
			this.values.taken(sample);
		}
		if (!this.values.write(rated.lines(), packets, sample)) {
			this.untold++;
		}
	}

	/**
	 * Return number, sum and largest of those of which all were kept, as far as there was
	 * room: what was taken out, and what waits. Adding them up for every caller would
	 * cost as much as keeping them.
	 */
	synchronized Totals totals() {
		Totals totals = new Totals(this.count, this.sum);
		this.rates[0].samples().see((sample) -> totals.add(this.values.value(sample)));
		return totals;
	}

	/**
	 * Knows what a sample means.
	 */
	interface Values {

		/** Return the value of a sample. */
		double value(long sample);

		/** Be told of a sample that was taken out. */
		void taken(long sample);

		/**
		 * Write a sample.
		 * @return whether it can be told
		 */
		boolean write(SampleLines lines, PacketBuilder packets, long sample);

	}

	/**
	 * Number, sum and the largest of those that wait. For one thread.
	 */
	static final class Totals {

		private long count;

		private double sum;

		private double largestWaiting;

		Totals(long count, double sum) {
			this.count = count;
			this.sum = sum;
		}

		private void add(double value) {
			this.count++;
			this.sum += value;
			this.largestWaiting = Math.max(this.largestWaiting, value);
		}

		long count() {
			return this.count;
		}

		double sum() {
			return this.sum;
		}

		double largestWaiting() {
			return this.largestWaiting;
		}

	}

	/**
	 * Samples of one rate.
	 */
	private record Rated(double rate, Samples samples, SampleLines lines) {
	}

}
