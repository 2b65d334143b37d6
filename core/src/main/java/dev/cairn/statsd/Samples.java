package dev.cairn.statsd;

import java.util.function.LongConsumer;

/**
 * The samples of a timer or a summary: several buffers, so that threads seldom meet.
 */
final class Samples {

	private static final int STRIPES = stripes();

	private final SampleBuffer[] stripes = new SampleBuffer[STRIPES];

	private long lostTold;

	Samples(int capacity, Runnable hurry) {
		for (int i = 0; i < STRIPES; i++) {
			this.stripes[i] = new SampleBuffer(Math.max(1, capacity / STRIPES), hurry);
		}
	}

	private static int stripes() {
		int processors = Runtime.getRuntime().availableProcessors();
		return Math.min(Integer.highestOneBit(Math.max(1, processors)), 8);
	}

	/** Return whether there was room. */
	boolean add(long sample) {
		// Threads of a pool have neighbouring ids
		return this.stripes[(int) Thread.currentThread().getId() & (STRIPES - 1)].add(sample);
	}

	void take(LongConsumer taker) {
		for (SampleBuffer stripe : this.stripes) {
			stripe.take(taker);
		}
	}

	/** See what is waiting, and leave it there. */
	void see(LongConsumer viewer) {
		for (SampleBuffer stripe : this.stripes) {
			stripe.see(viewer);
		}
	}

	/** Return how many were lost since this was last asked. */
	long takeLost() {
		long lost = 0;
		for (SampleBuffer stripe : this.stripes) {
			lost += stripe.lost();
		}
		long more = lost - this.lostTold;
		this.lostTold = lost;
		return more;
	}

}
