package dev.cairn.collector;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import dev.cairn.Ledger.DropReason;

/**
 * Limits the messages of each key to a number a second. A request that is admitted is
 * received as a whole; the next one waits until its messages are paid for. Thread-safe.
 */
final class RateLimits {

	/** The keys of a bean may be without number. */
	private static final int MAX_KEYS = 10_000;

	private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

	private final LongSupplier nanoTime;

	/** The one that was used least recently first. Guarded by this. */
	private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75F, true);

	RateLimits(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/** Takes the messages of a request. */
	synchronized void take(CollectorKey key, int messages) throws RefusedException {
		if (key.rate() == 0) {
			return;
		}
		long now = this.nanoTime.getAsLong();
		Bucket bucket = this.buckets.computeIfAbsent(key.name(), (name) -> new Bucket(key.rate(), now));
		if (this.buckets.size() > MAX_KEYS) {
			this.buckets.remove(this.buckets.keySet().iterator().next());
		}
		bucket.left = Math.min(key.rate(), bucket.left + (now - bucket.at) / SECOND * key.rate());
		bucket.at = now;
		if (bucket.left <= 0) {
			int seconds = (int) Math.min(3600, Math.max(1, Math.ceil(-bucket.left / key.rate())));
			throw RefusedException.forNow(429, "more than " + key.rate() + " messages a second",
					DropReason.RATE_LIMITED, seconds);
		}
		bucket.left -= messages;
	}

	/** The number of messages that a key may send now; negative while it is in debt. */
	private static final class Bucket {

		private double left;

		private long at;

		Bucket(double left, long at) {
			this.left = left;
			this.at = at;
		}

	}

}
