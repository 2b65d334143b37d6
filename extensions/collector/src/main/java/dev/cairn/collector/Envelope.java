package dev.cairn.collector;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import dev.cairn.Category;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.Trace;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a message, as a stranger has sent them. A value that the envelope
 * does not allow refuses the message, with the name of its property.
 *
 * @param values the properties
 */
record Envelope(Map<String, @Nullable Object> values) {

	static final Set<String> NAMES = Set.of("id", "type", "timestamp", "logger", "severity", "payload", "fields",
			"env_version", "service", "environment", "release", "hostname", "pid", "trace_id", "span_id", "category",
			"truncated");

	private static final Pattern UUID = Pattern
		.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

	private static final int MAX_NAME = 200;

	static boolean isUuid(String id) {
		return UUID.matcher(id).matches();
	}

	void checkNames() throws RefusedException {
		for (String name : this.values.keySet()) {
			if (!NAMES.contains(name)) {
				throw new RefusedException(name, "the envelope has no such property; put your own values into fields");
			}
		}
	}

	@Nullable String text(String name) throws RefusedException {
		Object value = this.values.get(name);
		if (value == null || value instanceof String) {
			return (String) value;
		}
		throw new RefusedException(name, "must be a string");
	}

	/** Returns a text that goes into headers and lines of others. */
	@Nullable String name(String name) throws RefusedException {
		String text = text(name);
		if (text == null || text.isEmpty()) {
			return null;
		}
		if (text.length() > MAX_NAME || text.chars().anyMatch(Character::isISOControl)) {
			throw new RefusedException(name, "must have at most " + MAX_NAME + " characters, none of them control");
		}
		return text;
	}

	/** Returns the id in lower case, or {@code null} without one. */
	@Nullable String id() throws RefusedException {
		String id = text("id");
		if (id != null && !isUuid(id)) {
			throw new RefusedException("id", "must be a UUID, such as 0199c1a0-0000-7000-8000-000000000001");
		}
		return (id != null) ? id.toLowerCase(Locale.ROOT) : null;
	}

	@Nullable Instant timestamp(String name) throws RefusedException {
		String text = text(name);
		try {
			return (text != null) ? Message.checkTimestamp(OffsetDateTime.parse(text).toInstant()) : null;
		}
		catch (DateTimeException | IllegalArgumentException ex) {
			throw new RefusedException(name, "must be a time of RFC 3339, such as 2026-01-31T23:59:59.000001Z");
		}
	}

	long number(String name, long byDefault, long least, long most) throws RefusedException {
		Object value = this.values.get(name);
		if (value == null) {
			return byDefault;
		}
		if (value instanceof Long number && number >= least && number <= most) {
			return number;
		}
		if (value instanceof BigDecimal decimal && decimal.precision() < 20 && Math.abs(decimal.scale()) < 20
				&& decimal.stripTrailingZeros().scale() <= 0) {
			// As some languages write all numbers: 6.0
			long whole = decimal.longValue();
			if (whole >= least && whole <= most) {
				return whole;
			}
		}
		throw new RefusedException(name, "must be a whole number from " + least + " to " + most);
	}

	boolean flag(String name) throws RefusedException {
		Object value = this.values.get(name);
		if (value == null || value instanceof Boolean) {
			return Boolean.TRUE.equals(value);
		}
		throw new RefusedException(name, "must be true or false");
	}

	Severity severity() throws RefusedException {
		return Severity.of((int) number("severity", Severity.INFORMATIONAL.code(), 0, 7));
	}

	@Nullable Category category() throws RefusedException {
		String text = text("category");
		if (text == null) {
			return null;
		}
		for (Category category : Category.values()) {
			if (category.name().toLowerCase(Locale.ROOT).equals(text)) {
				return category;
			}
		}
		throw new RefusedException("category", "must be behaviour, quality, environment or operation");
	}

	@Nullable Trace trace() throws RefusedException {
		String traceId = text("trace_id");
		if (traceId == null) {
			return null;
		}
		String spanId = text("span_id");
		Trace trace = Trace.parse("00-" + traceId + "-" + spanId + "-01");
		if (trace == null) {
			throw new RefusedException("trace_id",
					"must be 32 lower-case hex digits, not all 0, beside a span_id of 16");
		}
		return trace;
	}

	@SuppressWarnings("unchecked")
	Map<String, @Nullable Object> fields() throws RefusedException {
		Object value = this.values.get("fields");
		if (value == null) {
			return Map.of();
		}
		if (value instanceof Map<?, ?>) {
			return (Map<String, @Nullable Object>) value;
		}
		throw new RefusedException("fields", "must be an object");
	}

}
