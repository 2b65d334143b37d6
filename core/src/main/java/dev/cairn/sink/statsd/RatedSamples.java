package dev.cairn.sink.statsd;

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

	private final Writer writer;

	private volatile Rated[] rates;

	/** Since the last flush. */
	private long untold;

	/**
	 * Create an empty store.
	 * @param capacity samples of a rate that are kept between two flushes
	 * @param hurry has the samples taken out soon
	 * @param line the line of the meter
	 * @param packed whether several go in a line
	 * @param writer writes one of them
	 */
	RatedSamples(int capacity, Runnable hurry, LineTemplate line, boolean packed, Writer writer) {
		this.capacity = capacity;
		this.hurry = hurry;
		this.line = line;
		this.packed = packed;
		this.writer = writer;
		this.rates = new Rated[] { rated(1) };
	}

	private Rated rated(double rate) {
		return new Rated(rate, new Samples(this.capacity, this.hurry), new SampleLines(this.line, this.packed, rate));
	}

	/** Add one of which all were kept. */
	void add(long sample) {
		this.rates[0].samples().add(sample);
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
	private synchronized @Nullable Rated create(double rate) {
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

	/** Write all samples. For the flushing thread. */
	void write(Packets packets, SampleAccount account) {
		for (Rated rated : this.rates) {
			rated.samples().take((sample) -> {
				if (!this.writer.write(rated.lines(), packets, sample)) {
					this.untold++;
				}
			});
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

	/**
	 * Writes a sample as it was added.
	 */
	@FunctionalInterface
	interface Writer {

		/**
		 * Write a sample.
		 * @return whether it can be told
		 */
		boolean write(SampleLines lines, Packets packets, long sample);

	}

	/**
	 * Samples of one rate.
	 */
	private record Rated(double rate, Samples samples, SampleLines lines) {
	}

}
