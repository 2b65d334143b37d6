package dev.cairn.console;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

/**
 * Counts requests and events by second, and the durations of requests in buckets, for the
 * last five minutes. Thread-safe.
 */
final class RequestFigures {

	/** The number of seconds that are shown. */
	static final int SECONDS = 300;

	/** The number of seconds that the current figures are of. */
	static final int RECENT = 10;

	private static final int SLOTS = 2 * SECONDS;

	private final Slot[] slots = new Slot[SLOTS];

	private final InstantSource clock;

	private final LongAdder total = new LongAdder();

	private final LongAdder failed = new LongAdder();

	private final LongAdder slow = new LongAdder();

	RequestFigures(InstantSource clock) {
		this.clock = clock;
		for (int i = 0; i < SLOTS; i++) {
			this.slots[i] = new Slot();
		}
	}

	void ended(Duration duration, boolean isFailed, boolean isSlow) {
		this.total.increment();
		if (isFailed) {
			this.failed.increment();
		}
		if (isSlow) {
			this.slow.increment();
		}
		long second = second();
		slot(second).request(second, duration.toNanos() / 1000, isFailed);
	}

	void published() {
		long second = second();
		slot(second).event(second);
	}

	private long second() {
		return this.clock.instant().getEpochSecond();
	}

	private Slot slot(long second) {
		return this.slots[(int) Math.floorMod(second, (long) SLOTS)];
	}

	long total() {
		return this.total.sum();
	}

	long failed() {
		return this.failed.sum();
	}

	long slow() {
		return this.slow.sum();
	}

	/**
	 * Returns the figures of the last whole seconds. Buckets can be added to those of
	 * other instances.
	 */
	Map<String, @Nullable Object> recent(boolean buckets) {
		long last = second() - 1;
		Sum sum = new Sum();
		LongStream.rangeClosed(last - RECENT + 1, last).forEach((second) -> slot(second).addTo(second, sum));
		Map<String, @Nullable Object> figures = new LinkedHashMap<>();
		figures.put("per_second", (double) sum.requests / RECENT);
		figures.put("error_rate", (sum.requests > 0) ? (double) sum.failed / sum.requests : 0.0);
		figures.put("p50_ms", sum.percentile(0.5));
		figures.put("p95_ms", sum.percentile(0.95));
		figures.put("p99_ms", sum.percentile(0.99));
		figures.put("max_ms", (sum.requests > 0) ? sum.maxMicros / 1e3 : null);
		if (buckets) {
			figures.put("buckets", sum.counts());
		}
		return figures;
	}

	/** Returns a list of values of the last whole seconds, the oldest first, by name. */
	Map<String, Object> history(boolean buckets) {
		long last = second() - 1;
		List<Long> requests = new ArrayList<>();
		List<Long> failures = new ArrayList<>();
		List<Long> events = new ArrayList<>();
		List<@Nullable Double> p50 = new ArrayList<>();
		List<@Nullable Double> p95 = new ArrayList<>();
		List<@Nullable Double> p99 = new ArrayList<>();
		List<Double> max = new ArrayList<>();
		List<Map<String, Long>> counts = new ArrayList<>();
		for (long second = last - SECONDS + 1; second <= last; second++) {
			Sum sum = new Sum();
			slot(second).addTo(second, sum);
			requests.add(sum.requests);
			failures.add(sum.failed);
			events.add(sum.events);
			p50.add(sum.percentile(0.5));
			p95.add(sum.percentile(0.95));
			p99.add(sum.percentile(0.99));
			if (buckets) {
				max.add(sum.maxMicros / 1e3);
				counts.add(sum.counts());
			}
		}
		Map<String, Object> history = new LinkedHashMap<>();
		history.put("step_ms", 1000);
		history.put("start", Instant.ofEpochSecond(last - SECONDS + 1));
		history.put("per_second", requests);
		history.put("failed_per_second", failures);
		history.put("p50_ms", p50);
		history.put("p95_ms", p95);
		history.put("p99_ms", p99);
		history.put("events_per_second", events);
		if (buckets) {
			history.put("max_ms", max);
			history.put("buckets", counts);
		}
		return history;
	}

	/**
	 * The counts of one second. The lock is held for a few instructions.
	 */
	private static final class Slot {

		private long second = -1;

		private int requests;

		private int failed;

		private int events;

		private long maxMicros;

		private final short[] buckets = new short[Buckets.NUMBER];

		synchronized void request(long now, long micros, boolean isFailed) {
			enter(now);
			this.requests++;
			this.failed += isFailed ? 1 : 0;
			this.maxMicros = Math.max(this.maxMicros, micros);
			int bucket = Buckets.of(micros);
			if (this.buckets[bucket] < Short.MAX_VALUE) {
				this.buckets[bucket]++;
			}
		}

		synchronized void event(long now) {
			enter(now);
			this.events++;
		}

		private void enter(long now) {
			if (this.second != now) {
				this.second = now;
				this.requests = 0;
				this.failed = 0;
				this.events = 0;
				this.maxMicros = 0;
				Arrays.fill(this.buckets, (short) 0);
			}
		}

		synchronized void addTo(long wanted, Sum sum) {
			if (this.second == wanted) {
				sum.requests += this.requests;
				sum.failed += this.failed;
				sum.events += this.events;
				sum.maxMicros = Math.max(sum.maxMicros, this.maxMicros);
				for (int i = 0; i < Buckets.NUMBER; i++) {
					sum.buckets[i] += this.buckets[i];
				}
			}
		}

	}

	/** The counts of several seconds, or of several instances. Not thread-safe. */
	static final class Sum {

		private long requests;

		private long failed;

		private long events;

		long maxMicros;

		private final long[] buckets = new long[Buckets.NUMBER];

		void add(int bucket, long count) {
			if (bucket < 0 || bucket >= Buckets.NUMBER || count < 0) {
				throw new IllegalArgumentException("there is no bucket " + bucket + " with " + count);
			}
			this.buckets[bucket] += count;
		}

		long counted() {
			return LongStream.of(this.buckets).sum();
		}

		/** Returns the counts that are not 0, by bucket. */
		Map<String, Long> counts() {
			Map<String, Long> counts = new LinkedHashMap<>();
			for (int i = 0; i < Buckets.NUMBER; i++) {
				if (this.buckets[i] > 0) {
					counts.put(String.valueOf(i), this.buckets[i]);
				}
			}
			return counts;
		}

		@Nullable Double percentile(double fraction) {
			long counted = counted();
			if (counted == 0) {
				return null;
			}
			long rank = (long) Math.ceil(fraction * counted);
			long seen = 0;
			for (int i = 0; i < Buckets.NUMBER; i++) {
				seen += this.buckets[i];
				if (seen >= rank) {
					return Math.min(Buckets.upper(i), this.maxMicros) / 1e3;
				}
			}
			return this.maxMicros / 1e3;
		}

	}

	/**
	 * Buckets of durations in microseconds: eight in each power of two, from 64 us to 67
	 * s.
	 */
	static final class Buckets {

		private static final int FIRST_POWER = 6;

		private static final int POWERS = 20;

		private static final int IN_ONE = 8;

		static final int NUMBER = POWERS * IN_ONE + 1;

		private Buckets() {
		}

		static int of(long micros) {
			if (micros < 1L << FIRST_POWER) {
				return 0;
			}
			int power = 63 - Long.numberOfLeadingZeros(micros);
			int within = (int) ((micros >> (power - 3)) & (IN_ONE - 1));
			return Math.min((power - FIRST_POWER) * IN_ONE + within + 1, NUMBER - 1);
		}

		/** Returns the duration that all in a bucket are shorter than. */
		static long upper(int bucket) {
			if (bucket == 0) {
				return 1L << FIRST_POWER;
			}
			int power = FIRST_POWER + (bucket - 1) / IN_ONE;
			return (1L << power) + (((bucket - 1) % IN_ONE + 1L) << (power - 3));
		}

	}

}
