package dev.cairn.delivery;

import java.util.concurrent.TimeUnit;

/**
 * Limits how fast stored messages go out, but to no less than twice the rate of new
 * messages, so that the backlog shrinks. For one thread.
 */
final class ReplayRateLimiter {

	private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

	private final int perSecond;

	private long start;

	private long sent;

	private long incomingAtStart;

	/** The rate of new messages before {@link #start}; 0 if unknown. */
	private double growthBefore;

	ReplayRateLimiter(int perSecond) {
		this.perSecond = perSecond;
	}

	/** Returns how long to pause after messages were sent, in nanoseconds. */
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
