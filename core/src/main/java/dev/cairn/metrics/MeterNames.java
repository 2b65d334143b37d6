package dev.cairn.metrics;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.cairn.ApplicationFrames;
import dev.cairn.internal.WarnOnce;
import io.micrometer.core.instrument.Meter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The types of the meters of metric calls, by name. Logs once for each name and type why
 * a call is refused. Thread-safe.
 */
final class MeterNames {

	private static final Logger logger = LoggerFactory.getLogger(MicrometerMetrics.class);

	private final Map<String, Meter.Type> types = new ConcurrentHashMap<>();

	private final WarnOnce refusals = new WarnOnce(logger);

	private final Callers callers;

	MeterNames(ApplicationFrames frames) {
		this.callers = new Callers(frames);
	}

	/** Returns the type that a name has, or {@code null} if it is new. */
	Meter.@Nullable Type type(String name) {
		return this.types.get(name);
	}

	void add(String name, Meter.Type type) {
		this.types.putIfAbsent(name, type);
	}

	void refuse(String name, Meter.Type type, String reason) {
		this.refusals.warn(type + name, () -> "the %s '%s' is not recorded: %s. It was called from %s"
			.formatted(word(type), name, reason, this.callers.find()));
	}

	static String word(Meter.Type type) {
		return (type == Meter.Type.DISTRIBUTION_SUMMARY) ? "summary" : type.name().toLowerCase(Locale.ROOT);
	}

}
