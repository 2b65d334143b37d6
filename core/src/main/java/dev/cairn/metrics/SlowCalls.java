package dev.cairn.metrics;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import dev.cairn.MessageFields;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.util.TimeUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs calls that take a multiple of the 99th percentile of their timer, with the MDC of
 * the calling thread, at a bounded rate and on another thread. Thread-safe.
 */
final class SlowCalls {

	static final double PERCENTILE = 0.99;

	private static final Logger logger = LoggerFactory.getLogger("dev.cairn.slow");

	/** The number of calls from which a percentile is meaningful. */
	private static final int MIN_COUNT = 100;

	private static final int MAX_WAITING = 32;

	private static final Duration MIN_DURATION = Duration.ofMillis(100);

	private static final int LINES_PER_MINUTE = 6;

	/** The multiple of the percentile above which a call is slow; infinite for none. */
	private final double factor;

	private final long minNanos;

	private final long nanosBetweenLines;

	private final AtomicLong nextLine = new AtomicLong(System.nanoTime());

	private final Queue<SlowCall> waiting = new ArrayBlockingQueue<>(MAX_WAITING);

	private final LongAdder unreported = new LongAdder();

	private volatile Runnable listener = () -> {
	};

	SlowCalls(double factor) {
		this(factor, MIN_DURATION, LINES_PER_MINUTE);
	}

	SlowCalls(double factor, Duration minDuration, int linesPerMinute) {
		if (!(factor >= 1)) {
			throw new IllegalArgumentException("factor must be at least 1, but was " + factor);
		}
		this.factor = factor;
		this.minNanos = minDuration.toNanos();
		this.nanosBetweenLines = Duration.ofMinutes(1).toNanos() / linesPerMinute;
	}

	boolean isEnabled() {
		return Double.isFinite(this.factor);
	}

	/** Sets the listener to call when a slow call waits to be logged. */
	void onSlowCall(Runnable listener) {
		this.listener = listener;
	}

	/** Returns the duration above which a call is slow, in nanoseconds. */
	long limit(long count, double p99) {
		double limit = Math.max(this.factor * p99, this.minNanos);
		return (count < MIN_COUNT || limit >= Long.MAX_VALUE) ? Long.MAX_VALUE : (long) limit;
	}

	/** Adds a slow call, on the thread that made it. */
	void add(Meter.Id id, long nanos, double usualNanos) {
		long now = System.nanoTime();
		long due = this.nextLine.get();
		if (now - due < 0 || !this.nextLine.compareAndSet(due, now + this.nanosBetweenLines)
				|| !this.waiting.offer(new SlowCall(id, nanos, usualNanos, MDC.getCopyOfContextMap()))) {
			this.unreported.increment();
			return;
		}
		this.listener.run();
	}

	/** Logs the calls that wait, on a thread that may block. */
	void log() {
		for (SlowCall call = this.waiting.poll(); call != null; call = this.waiting.poll()) {
			log(call);
		}
	}

	private void log(SlowCall call) {
		Map<String, String> own = MDC.getCopyOfContextMap();
		try {
			if (call.mdc() != null) {
				MDC.setContextMap(call.mdc());
			}
			double millis = TimeUtils.nanosToUnit(call.nanos(), TimeUnit.MILLISECONDS);
			LoggingEventBuilder line = logger.atWarn()
				.addKeyValue("meter", call.id().getName())
				.addKeyValue(MessageFields.DURATION_MS, millis)
				.addKeyValue("p99_ms", TimeUtils.nanosToUnit(call.usualNanos(), TimeUnit.MILLISECONDS))
				.addKeyValue("unreported", this.unreported.sumThenReset());
			for (Tag tag : call.id().getTags()) {
				line = line.addKeyValue("tag_" + tag.getKey(), tag.getValue());
			}
			line.log("Cairn: {} took {} ms, {} times the 99th percentile of the last 15 minutes", call.id().getName(),
					Math.round(millis), Math.round(call.nanos() / Math.max(1, call.usualNanos())));
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
	private record SlowCall(Meter.Id id, long nanos, double usualNanos, @Nullable Map<String, String> mdc) {
	}

}
