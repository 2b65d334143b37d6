package dev.cairn.spring.points;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import dev.cairn.MessageFields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the calls of a method that take at least a given time, on the thread on which they
 * end, so that the line has the values that are bound there. The number of lines is
 * bounded. Thread-safe.
 */
final class SlowCall {

	/** That of the calls that are slow for their timer. */
	private static final Logger logger = LoggerFactory.getLogger("dev.cairn.slow");

	private static final long NANOS_BETWEEN_LINES = TimeUnit.SECONDS.toNanos(10);

	private final String name;

	private final Duration limit;

	private final AtomicLong nextLine = new AtomicLong(System.nanoTime());

	private final LongAdder unreported = new LongAdder();

	SlowCall(String name, Duration limit) {
		this.name = name;
		this.limit = limit;
	}

	/** Never throws. */
	void end(long nanos) {
		if (nanos < this.limit.toNanos()) {
			return;
		}
		long now = System.nanoTime();
		long due = this.nextLine.get();
		if (now - due < 0 || !this.nextLine.compareAndSet(due, now + NANOS_BETWEEN_LINES)) {
			this.unreported.increment();
			return;
		}
		try {
			logger.atWarn()
				.addKeyValue("meter", this.name)
				.addKeyValue(MessageFields.DURATION_MS, Call.millis(nanos))
				.addKeyValue("limit_ms", Call.millis(this.limit.toNanos()))
				.addKeyValue("unreported", this.unreported.sumThenReset())
				.log("Cairn: {} took {} ms, at least its limit of {} ms", this.name,
						TimeUnit.NANOSECONDS.toMillis(nanos), this.limit.toMillis());
		}
		catch (RuntimeException ex) {
			// An appender has failed; the call has not
			this.unreported.increment();
		}
	}

}
