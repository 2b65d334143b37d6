package dev.cairn.statsd;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.cairn.internal.WarnOnce;
import io.micrometer.core.instrument.Meter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters of a registry. Thread-safe; they are written by one thread at a time.
 */
final class FlushableMeters {

	private static final Logger logger = LoggerFactory.getLogger(StatsdRegistry.class);

	private final Map<Meter.Id, FlushableMeter> recorded = new ConcurrentHashMap<>();

	private final Map<Meter.Id, FlushableMeter> polled = new ConcurrentHashMap<>();

	/** Removed meters, which are written once more. */
	private final Queue<FlushableMeter> removed = new ConcurrentLinkedQueue<>();

	private final WarnOnce problems = new WarnOnce(logger);

	void add(Meter.Id id, FlushableMeter meter) {
		this.recorded.put(id, meter);
	}

	/** Adds a meter that is only read at the polling frequency. */
	void poll(Meter.Id id, FlushableMeter meter) {
		this.polled.put(id, meter);
	}

	void remove(Meter removed) {
		FlushableMeter meter = this.recorded.remove(removed.getId());
		if (meter == null) {
			meter = this.polled.remove(removed.getId());
		}
		if (meter != null) {
			this.removed.add(meter);
		}
	}

	void write(StatsdWriter writer, boolean poll) {
		for (FlushableMeter meter = this.removed.poll(); meter != null; meter = this.removed.poll()) {
			write(meter, writer);
		}
		this.recorded.values().forEach((meter) -> write(meter, writer));
		if (poll) {
			this.polled.values().forEach((meter) -> write(meter, writer));
		}
	}

	/** A function of the application may fail. */
	private void write(FlushableMeter meter, StatsdWriter writer) {
		try {
			meter.flush(writer);
		}
		catch (Throwable ex) {
			writer.abandonLine();
			this.problems.warn("meter", () -> "failed to read a meter: " + ex);
		}
	}

}
