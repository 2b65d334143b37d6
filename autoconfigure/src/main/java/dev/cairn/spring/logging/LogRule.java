package dev.cairn.spring.logging;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import dev.cairn.CairnMetrics;
import dev.cairn.LogEntry;
import dev.cairn.NamePattern;
import dev.cairn.internal.WarnOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

import org.springframework.boot.convert.DurationStyle;

/**
 * A rule for log entries. Immutable.
 *
 * @param logger the name of the logger
 * @param level the lowest level
 * @param event the text of the call before its placeholders are replaced
 * @param values the texts of values by key
 * @param meter the name of the meter, or {@code null} to record none
 * @param duration the key of the duration of a timer, or {@code null} for a counter
 * @param tags the keys of the values that become tags
 * @param message whether the entry becomes a message
 */
record LogRule(NamePattern logger, Level level, NamePattern event, Map<String, NamePattern> values,
		@Nullable String meter, @Nullable String duration, List<String> tags, boolean message) {

	/** The value of a tag whose key an entry does not have, as in Micrometer. */
	private static final String NO_VALUE = "none";

	private static final Duration LONGEST = Duration.ofDays(365);

	/** Java would read 5d as a number. */
	private static final Pattern NUMBER = Pattern.compile("\\s*[-+]?[0-9.]+([eE][-+]?\\d+)?\\s*");

	boolean matches(LogEntry entry) {
		return entry.isAtLeast(this.level) && this.logger.matches(entry.logger())
				&& this.event.matches(entry.template())
				&& this.values.entrySet()
					.stream()
					.allMatch((value) -> matches(entry, value.getKey(), value.getValue()));
	}

	private static boolean matches(LogEntry entry, String key, NamePattern pattern) {
		Object value = value(entry, key);
		return value != null && pattern.matches(String.valueOf(value));
	}

	private static @Nullable Object value(LogEntry entry, String key) {
		Object value = entry.keyValues().get(key);
		return (value != null) ? value : entry.bindings().get(key);
	}

	void measure(LogEntry entry, CairnMetrics metrics, WarnOnce problems) {
		String name = this.meter;
		String key = this.duration;
		if (name != null && key == null) {
			metrics.incr(name, tagsOf(entry));
		}
		else if (name != null && key != null) {
			Duration measured = durationOf(entry, key, problems);
			if (measured != null) {
				metrics.record(name, measured, tagsOf(entry));
			}
		}
	}

	private String[] tagsOf(LogEntry entry) {
		String[] pairs = new String[2 * this.tags.size()];
		for (int i = 0; i < this.tags.size(); i++) {
			Object value = value(entry, this.tags.get(i));
			String text = (value != null) ? String.valueOf(value) : "";
			pairs[2 * i] = this.tags.get(i);
			pairs[2 * i + 1] = text.isEmpty() ? NO_VALUE : text;
		}
		return pairs;
	}

	private @Nullable Duration durationOf(LogEntry entry, String key, WarnOnce problems) {
		Object value = value(entry, key);
		try {
			return (value != null) ? check(toDuration(value)) : null;
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			problems.warn(this.meter + " " + key, () -> "the timer '" + this.meter + "' does not record the entry '"
					+ entry.template() + "': its value '" + key + "' is not a duration of 0 to 365 days");
			return null;
		}
	}

	private static Duration toDuration(Object value) {
		return (value instanceof Duration duration) ? duration
				: (value instanceof Number number) ? millis(number.doubleValue()) : parse(String.valueOf(value));
	}

	/** A timer keeps its sum and its maximum, so one absurd value would spoil it. */
	private static Duration check(Duration duration) {
		if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException("out of range");
		}
		return duration;
	}

	private static Duration parse(String text) {
		return NUMBER.matcher(text).matches() ? millis(Double.parseDouble(text)) : DurationStyle.detectAndParse(text);
	}

	/** A number out of range becomes the longest duration there is. */
	private static Duration millis(double millis) {
		if (Double.isNaN(millis)) {
			throw new IllegalArgumentException("not a number");
		}
		return Duration.ofNanos((long) (millis * TimeUnit.MILLISECONDS.toNanos(1)));
	}

}
