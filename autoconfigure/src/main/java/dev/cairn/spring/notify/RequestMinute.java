package dev.cairn.spring.notify;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * The requests of one minute. Durations are counted in buckets whose limits are at most
 * 12.5 % apart. Thread-safe.
 */
final class RequestMinute {

	private static final int STEPS = 8;

	private static final int STEP_BITS = 3;

	private static final int BUCKETS = 256;

	private static final double MICROS = 1000;

	private final LongAdder failures = new LongAdder();

	private final LongAdder micros = new LongAdder();

	private final AtomicLongArray buckets = new AtomicLongArray(BUCKETS);

	void add(Duration duration, boolean failed) {
		long length = Math.max(0, duration.toNanos() / 1000);
		this.micros.add(length);
		if (failed) {
			this.failures.increment();
		}
		this.buckets.incrementAndGet(Math.min(bucket(length), BUCKETS - 1));
	}

	/** Adds the requests of another minute. */
	void add(RequestMinute other) {
		this.micros.add(other.micros.sum());
		this.failures.add(other.failures.sum());
		for (int i = 0; i < BUCKETS; i++) {
			this.buckets.addAndGet(i, other.buckets.get(i));
		}
	}

	private static int bucket(long micros) {
		if (micros < STEPS) {
			return (int) micros;
		}
		int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros);
		int step = (int) (micros >> (exponent - STEP_BITS)) & (STEPS - 1);
		return (exponent - STEP_BITS + 1) * STEPS + step;
	}

	private static long limit(int bucket) {
		if (bucket < STEPS) {
			return bucket;
		}
		return (STEPS + bucket % STEPS + 1L) << (bucket / STEPS - 1);
	}

	long requests() {
		long sum = 0;
		for (int i = 0; i < BUCKETS; i++) {
			sum += this.buckets.get(i);
		}
		return sum;
	}

	long failures() {
		return this.failures.sum();
	}

	double errorRate() {
		return (double) failures() / requests();
	}

	double meanMillis() {
		return this.micros.sum() / MICROS / requests();
	}

	/** Returns the limit of the bucket below which 99 % of the requests are. */
	double p99Millis() {
		long above = requests() / 100;
		int bucket = BUCKETS - 1;
		for (long sum = 0; bucket > 0; bucket--) {
			sum += this.buckets.get(bucket);
			if (sum > above) {
				break;
			}
		}
		return limit(bucket) / MICROS;
	}

}
