package dev.cairn.delivery;

import java.util.concurrent.TimeUnit;

/**
 * Bounds how fast a backlog goes out, so that a destination that has just come back is
 * not overrun; at least twice as fast as it grows, so that it comes to an end. For one
 * thread.
 */
final class ReplayRateLimiter {

	private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

	private final int perSecond;

	private long start;

	private long sent;

	private long incomingAtStart;

	/** How many came in a second before the start, which nobody knows at first. */
	private double growthBefore;

	ReplayRateLimiter(int perSecond) {
		this.perSecond = perSecond;
	}

	/**
	 * Return how long to rest.
	 * @param sentNow how many have just gone out
	 * @param incoming how many have come in so far
	 * @param now {@link System#nanoTime()}
	 * @return nanoseconds
	 */
	long rest(int sentNow, long incoming, long now) {
		double elapsed = now - this.start;
		if (this.start == 0 || elapsed > NANOS) {
			this.growthBefore = (this.start != 0) ? (incoming - this.incomingAtStart) * NANOS / elapsed : 0;
			this.start = now;
			this.sent = 0;
			this.incomingAtStart = incoming;
			elapsed = 0;
		}
		this.sent += sentNow;
		double growth = (elapsed > 0) ? (incoming - this.incomingAtStart) * NANOS / elapsed : 0;
		double due = this.sent * NANOS / Math.max(this.perSecond, 2 * Math.max(growth, this.growthBefore));
		return (long) Math.max(0, due - elapsed);
	}

}
