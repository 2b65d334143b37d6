package dev.cairn.statsd;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

import dev.cairn.internal.WarnOnce;
import io.micrometer.core.instrument.Meter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters of a registry, each of which writes what was recorded since the last flush.
 * Thread-safe; they are written by one thread at a time.
 */
final class FlushableMeters {

	private static final Logger logger = LoggerFactory.getLogger(StatsdRegistry.class);

	private final Map<Meter.Id, Consumer<StatsdWriter>> recorded = new ConcurrentHashMap<>();

	private final Map<Meter.Id, Consumer<StatsdWriter>> polled = new ConcurrentHashMap<>();

	/** Removed meters, which are written once more. */
	private final Queue<Consumer<StatsdWriter>> removed = new ConcurrentLinkedQueue<>();

	private final WarnOnce problems = new WarnOnce(logger);

	void add(Meter.Id id, Consumer<StatsdWriter> meter) {
		this.recorded.put(id, meter);
	}

	/** Adds a meter that is only read at the polling frequency. */
	void poll(Meter.Id id, Consumer<StatsdWriter> meter) {
		this.polled.put(id, meter);
	}

	void remove(Meter removed) {
		Consumer<StatsdWriter> meter = this.recorded.remove(removed.getId());
		if (meter == null) {
			meter = this.polled.remove(removed.getId());
		}
		if (meter != null) {
			this.removed.add(meter);
		}
	}

	void write(StatsdWriter writer, boolean poll) {
		for (Consumer<StatsdWriter> meter = this.removed.poll(); meter != null; meter = this.removed.poll()) {
			write(meter, writer);
		}
		this.recorded.values().forEach((meter) -> write(meter, writer));
		if (poll) {
			this.polled.values().forEach((meter) -> write(meter, writer));
		}
	}

	/** A function of the application may fail. */
	private void write(Consumer<StatsdWriter> meter, StatsdWriter writer) {
		try {
			meter.accept(writer);
		}
		catch (Throwable ex) {
			writer.abandonLine();
			this.problems.warn("meter", () -> "failed to read a meter: " + ex);
		}
	}

}
