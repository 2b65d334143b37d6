package dev.cairn.metrics;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Tells of calls that take a multiple of what a timer's slowest hundredth takes: one line
 * each with what is bound to the unit of work, at a bounded rate. The line is written by
 * another thread than the one that was slow. Thread-safe.
 */
public final class SlowCalls {

	/** Tells of none. */
	public static final SlowCalls NONE = new SlowCalls(Double.POSITIVE_INFINITY, Duration.ZERO, 1);

	static final double PERCENTILE = 0.99;

	private static final Logger logger = LoggerFactory.getLogger("dev.cairn.slow");

	/** Without so many calls nobody knows what is usual. */
	private static final int LEAST_COUNT = 100;

	private static final int MAX_WAITING = 32;

	private static final double NANOS_PER_MILLI = 1e6;

	private final double factor;

	private final long least;

	/** Nanoseconds between two lines. */
	private final long interval;

	private final AtomicLong next = new AtomicLong(System.nanoTime());

	private final Queue<SlowCall> waiting = new ArrayBlockingQueue<>(MAX_WAITING);

	private final LongAdder untold = new LongAdder();

	private volatile @Nullable Runnable arrival;

	/**
	 * Create an observer.
	 * @param factor what a call takes, in multiples of the 99th percentile of its timer
	 * over the last 15 minutes, before it is told
	 * @param least what it takes at least
	 * @param perMinute lines a minute at the most
	 * @throws IllegalArgumentException when the factor is below 1
	 */
	public SlowCalls(double factor, Duration least, int perMinute) {
		if (!(factor >= 1)) {
			throw new IllegalArgumentException("factor must be at least 1, but was " + factor);
		}
		this.factor = factor;
		this.least = least.toNanos();
		this.interval = Duration.ofMinutes(1).toNanos() / perMinute;
	}

	boolean isOn() {
		return Double.isFinite(this.factor);
	}

	/** Have somebody called when there is something to tell. */
	void onArrival(Runnable arrival) {
		if (isOn()) {
			this.arrival = arrival;
		}
	}

	/** Return from how many nanoseconds on a call is told. */
	long limit(long count, double p99) {
		double limit = Math.max(this.factor * p99, this.least);
		return (count < LEAST_COUNT || limit >= Long.MAX_VALUE) ? Long.MAX_VALUE : (long) limit;
	}

	/** On the thread of the call. */
	void noted(Meter.Id id, long nanos, double usual) {
		long now = System.nanoTime();
		long due = this.next.get();
		if (now - due < 0 || !this.next.compareAndSet(due, now + this.interval)
				|| !this.waiting.offer(new SlowCall(id, nanos, usual, MDC.getCopyOfContextMap()))) {
			this.untold.increment();
			return;
		}
		Runnable told = this.arrival;
		if (told != null) {
			told.run();
		}
	}

	/** On a thread that may write. */
	void tell() {
		for (SlowCall call = this.waiting.poll(); call != null; call = this.waiting.poll()) {
			tell(call);
		}
	}

	private void tell(SlowCall call) {
		Map<String, String> own = MDC.getCopyOfContextMap();
		try {
			if (call.bound() != null) {
				MDC.setContextMap(call.bound());
			}
			double millis = call.nanos() / NANOS_PER_MILLI;
			double usual = call.usual() / NANOS_PER_MILLI;
			LoggingEventBuilder line = logger.atWarn()
				.addKeyValue("meter", call.id().getName())
				.addKeyValue("duration_ms", millis)
				.addKeyValue("p99_ms", usual)
				.addKeyValue("untold", this.untold.sumThenReset());
			for (Tag tag : call.id().getTags()) {
				line = line.addKeyValue("tag_" + tag.getKey(), tag.getValue());
			}
			line.log("Cairn: {} took {} ms, {} times the 99th percentile of its last 15 minutes", call.id().getName(),
					Math.round(millis), Math.round(call.nanos() / Math.max(1, call.usual())));
		}
		finally {
			if (own != null) {
				MDC.setContextMap(own);
			}
			else {
				MDC.clear();
			}
		}
	}

	/**
	 * A slow call.
	 */
	private record SlowCall(Meter.Id id, long nanos, double usual, @Nullable Map<String, String> bound) {
	}

}
