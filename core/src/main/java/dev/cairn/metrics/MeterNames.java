package dev.cairn.metrics;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.cairn.ApplicationFrames;
import dev.cairn.internal.Text;
import dev.cairn.internal.WarnOnce;
import io.micrometer.core.instrument.Meter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of the meters of metric calls. A name stands for meters of one type.
 * Thread-safe.
 */
final class MeterNames {

	/** Of names and of the keys and values of tags. */
	static final int MAX_LENGTH = 200;

	private static final Logger logger = LoggerFactory.getLogger(MicrometerMetrics.class);

	private static final int MAX_TAGS = 50;

	private final ApplicationFrames frames;

	private final Map<String, Meter.Type> types = new ConcurrentHashMap<>();

	private final WarnOnce refusals = new WarnOnce(logger);

	MeterNames(ApplicationFrames frames) {
		this.frames = frames;
	}

	/** Returns why a meter is refused, or {@code null} if it is not. */
	@Nullable String problem(String name, Meter.Type type, String[] tags) {
		if (name.length() > MAX_LENGTH) {
			return "its name has more than " + MAX_LENGTH + " characters";
		}
		if (tags.length > 2 * MAX_TAGS) {
			return "it has more than " + MAX_TAGS + " tags";
		}
		Meter.Type existing = this.types.get(name);
		return (existing != null && existing != type) ? "a " + word(existing) + " with this name exists" : null;
	}

	/** Logs once for each name and type why a call is refused. */
	void refuse(String name, Meter.Type type, @Nullable String reason) {
		String known = Text.cut(name, MAX_LENGTH);
		this.refusals.warn(type + known, () -> "the %s '%s' is not recorded: %s. It was called from %s"
			.formatted(word(type), known, reason, this.frames.caller()));
	}

	private static String word(Meter.Type type) {
		return (type == Meter.Type.DISTRIBUTION_SUMMARY) ? "summary" : type.name().toLowerCase(Locale.ROOT);
	}

	void add(String name, Meter.Type type) {
		this.types.putIfAbsent(name, type);
	}

	/** Releases the names of a type that are not used. */
	void retain(Set<String> used, Meter.Type type) {
		this.types.entrySet().removeIf((entry) -> entry.getValue() == type && !used.contains(entry.getKey()));
	}

}
