package dev.cairn.engine;

import java.util.List;
import java.util.Objects;
import java.util.Set;

import dev.cairn.Message;
import dev.cairn.Message.Limits;
import dev.cairn.Redactor;
import dev.cairn.internal.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Copies the fields, the payload and the logger of one message. Values that cannot change
 * and are within the limits are copied by the first reader of the fields.
 */
final class FieldsCopier {

	/**
	 * The names of the envelope, and those that Cairn itself writes into the fields. A
	 * caller's key of the same name is kept under {@code field_<key>}.
	 */
	private static final Set<String> RESERVED = Set.of("id", "type", "timestamp", "logger", "severity", "payload",
			"fields", "env_version", "service", "environment", "release", "hostname", "pid", "trace_id", "span_id",
			"category", "rate", "exception", "truncated", "metlog_pid", "metlog_hostname");

	private static final String RESERVED_PREFIX = "field_";

	private final Limits limits;

	private final Redactor redactor;

	private final ValueCopier values;

	FieldsCopier(Limits limits, Redactor redactor) {
		this.limits = limits;
		this.redactor = redactor;
		this.values = new ValueCopier(limits, redactor);
	}

	/** Returns whether anything was left out or shortened so far. */
	boolean isTruncated() {
		return this.values.isTruncated();
	}

	String payload(String payload) {
		return payload.isEmpty() ? "" : this.values.copyText(payload);
	}

	String logger(String logger) {
		return this.values.copyText(this.values.name(logger));
	}

	/** Copies a finished message of another service, whose fields keep their names. */
	Message copy(Message message) {
		Fields fields = this.values.copyMap(message.fields(), 0);
		String payload = payload(message.payload());
		String logger = logger(message.logger());
		return new Message(message.id(), message.type(), message.timestamp(), logger, message.severity(), payload,
				fields, message.origin(), message.trace(), message.category(), message.truncated() || isTruncated(),
				message.thrown());
	}

	/**
	 * Copies alternating keys and values. If no value can change and none exceeds a
	 * limit, that is left to the first reader.
	 * @param pairs key, value, key, value... to which more may be added, but in which
	 * nothing is replaced
	 */
	Fields fields(List<@Nullable Object> pairs) {
		Fields deferred = defer(pairs);
		return (deferred != null) ? deferred : copyPairs(pairs, pairs.size());
	}

	private @Nullable Fields defer(List<@Nullable Object> pairs) {
		int length = pairs.size();
		if (length == 0 || length / 2 > this.limits.maxFields()) {
			return (length == 0) ? Fields.EMPTY : null;
		}
		int weight = length / 2 * Fields.ENTRY_WEIGHT;
		int roomForText = this.limits.maxBytes();
		for (int i = 0; i < length; i += 2) {
			int keyLength = ((String) Objects.requireNonNull(pairs.get(i))).length();
			Object value = pairs.get(i + 1);
			int textLength = (value instanceof String text) ? text.length() : 0;
			roomForText -= textLength;
			if (keyLength > this.limits.maxNameLength() || roomForText < 0
					|| (textLength == 0 && !cannotChange(value))) {
				return null;
			}
			weight += keyLength + textLength;
		}
		Limits limits = this.limits;
		Redactor redactor = this.redactor;
		return new Fields(() -> new FieldsCopier(limits, redactor).copyPairs(pairs, length), weight);
	}

	private static boolean cannotChange(@Nullable Object value) {
		return value == null || value instanceof String || value instanceof Boolean || value instanceof Integer
				|| value instanceof Long || value instanceof Double || value instanceof Float || value instanceof Short
				|| value instanceof Byte;
	}

	private Fields copyPairs(List<@Nullable Object> pairs, int length) {
		Fields.Builder fields = new Fields.Builder(length / 2);
		for (int i = 0; i < length; i += 2) {
			String key = this.values.name((String) Objects.requireNonNull(pairs.get(i)));
			this.values.put(fields, unreserved(key, pairs, length), pairs.get(i + 1), 1);
		}
		return fields.build();
	}

	private static String unreserved(String key, List<@Nullable Object> pairs, int length) {
		if (!RESERVED.contains(key)) {
			return key;
		}
		String free = RESERVED_PREFIX + key;
		while (containsKey(pairs, length, free)) {
			free = RESERVED_PREFIX + free;
		}
		return free;
	}

	private static boolean containsKey(List<@Nullable Object> pairs, int length, String key) {
		for (int i = 0; i < length; i += 2) {
			if (key.equals(pairs.get(i))) {
				return true;
			}
		}
		return false;
	}

	/** Returns the name under which a caller's value is kept if no other has it. */
	static String nameOf(String key) {
		return RESERVED.contains(key) ? RESERVED_PREFIX + key : key;
	}

}
