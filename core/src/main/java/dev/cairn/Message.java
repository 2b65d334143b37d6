package dev.cairn;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import dev.cairn.internal.Fields;
import org.jspecify.annotations.Nullable;

/**
 * One immutable record of something that happened. Its fields are a copy of the caller's
 * values within the {@link Limits}.
 *
 * @param id UUID (RFC 9562), lower-case hex with dashes; of version 7, unless another
 * process has assigned it
 * @param type the type, a token such as {@code order.placed}: 1 to 200 characters of
 * {@code [A-Za-z0-9_.:/-]}
 * @param timestamp the time, in the years 0000 to 9999
 * @param logger the name of the logger, by default that of the service
 * @param severity the severity
 * @param payload free text or JSON; may be empty
 * @param fields the values by name: strings, numbers, booleans, nulls, lists and maps
 * @param origin the service and process that it comes from
 * @param trace the trace that was active
 * @param category the category
 * @param truncated whether a part was too large and was shortened
 * @param thrown the failure that the message reports, or {@code null}
 * @param address the address that the publisher has set, or {@code null} for the
 * configured one
 */
public record Message(String id, String type, Instant timestamp, String logger, Severity severity, String payload,
		Map<String, @Nullable Object> fields, Origin origin, @Nullable Trace trace, @Nullable Category category,
		boolean truncated, @Nullable Throwable thrown, @Nullable Address address) {

	/** The version of the envelope; it changes only when the envelope does. */
	public static final String ENV_VERSION = "1.0";

	/** The type of the message that reports a failure. */
	public static final String TYPE_EXCEPTION = "exception";

	/** The type of the message that reports a served request. */
	public static final String TYPE_HTTP_REQUEST = "http.request";

	/** The type of the message that reports a log entry. */
	public static final String TYPE_LOG = "log";

	/** The type of the event that states who a visitor is. */
	public static final String TYPE_VISITOR_IDENTIFIED = "visitor.identified";

	/** The type of the event that states that two ids are those of one person. */
	public static final String TYPE_VISITOR_ALIASED = "visitor.aliased";

	/** Types that are defined by Cairn; an event cannot have them. */
	static final Set<String> RESERVED_TYPES = Set.of("timer", "counter", "gauge", TYPE_EXCEPTION, TYPE_LOG,
			TYPE_HTTP_REQUEST);

	private static final int MAX_TYPE_LENGTH = 200;

	private static final long ID_VERSION = 0x7000L;

	private static final long ID_VARIANT = 0x8000_0000_0000_0000L;

	private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");

	private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

	private static final int BASE_WEIGHT = 320;

	private static final int HEADER_WEIGHT = 100;

	/** A throwable with its stack is far larger than the rest. */
	private static final int THROWN_WEIGHT = 4096;

	/**
	 * Checks the components and copies the fields.
	 * @throws IllegalArgumentException if the type or the timestamp is refused
	 */
	public Message {
		Objects.requireNonNull(id, "id must not be null");
		checkType(type);
		checkTimestamp(timestamp);
		Objects.requireNonNull(logger, "logger must not be null");
		Objects.requireNonNull(severity, "severity must not be null");
		Objects.requireNonNull(payload, "payload must not be null");
		Objects.requireNonNull(origin, "origin must not be null");
		fields = Fields.copyOf(fields);
	}

	/**
	 * Checks that a type is a token.
	 * @param type the type
	 * @return the type
	 * @throws IllegalArgumentException if it is empty, too long or contains another
	 * character
	 */
	public static String checkType(String type) {
		Objects.requireNonNull(type, "type must not be null");
		if (type.isEmpty() || type.length() > MAX_TYPE_LENGTH || !isToken(type)) {
			throw new IllegalArgumentException("type must be 1 to " + MAX_TYPE_LENGTH
					+ " characters of [A-Za-z0-9_.:/-], but was '" + abbreviate(type) + "'"
					+ ((type.length() > MAX_TYPE_LENGTH) ? " (" + type.length() + " characters)" : ""));
		}
		return type;
	}

	public static boolean isReserved(String type) {
		return RESERVED_TYPES.contains(type);
	}

	/**
	 * Checks that a time can be written in the format of RFC 3339.
	 * @param timestamp the time
	 * @return the time
	 * @throws IllegalArgumentException if it is outside the years 0000 to 9999
	 */
	public static Instant checkTimestamp(Instant timestamp) {
		Objects.requireNonNull(timestamp, "timestamp must not be null");
		if (timestamp.isBefore(EARLIEST) || timestamp.isAfter(LATEST)) {
			throw new IllegalArgumentException(
					"timestamp must be in the years 0000 to 9999 (RFC 3339), but was " + timestamp);
		}
		return timestamp;
	}

	/**
	 * Returns the id of another message, with the fraction of the millisecond in the
	 * twelve bits after the version (section 6.2 of RFC 9562, method 3), so that ids sort
	 * by time. It is not secret.
	 * @param now the time
	 * @return UUID version 7, lower-case hex with dashes
	 */
	public static String newId(Instant now) {
		long fraction = (now.getNano() % TimeUnit.MILLISECONDS.toNanos(1)) * 4096 / TimeUnit.MILLISECONDS.toNanos(1);
		long high = (now.toEpochMilli() << 16) | ID_VERSION | fraction;
		long low = (ThreadLocalRandom.current().nextLong() >>> 2) | ID_VARIANT;
		return new UUID(high, low).toString();
	}

	private static boolean isToken(String type) {
		for (int i = 0; i < type.length(); i++) {
			char c = type.charAt(i);
			boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
			if (!alphanumeric && "_.:/-".indexOf(c) < 0) {
				return false;
			}
		}
		return true;
	}

	private static String abbreviate(String text) {
		return (text.length() > 40) ? text.substring(0, 40) + "..." : text;
	}

	/**
	 * Returns this message with more fields. A field of the same name is renamed to
	 * {@code field_<name>}.
	 * @param more fields: strings, numbers and booleans
	 * @return another message with the same id
	 */
	public Message with(Map<String, ?> more) {
		Fields extended = Fields.copyOf(this.fields);
		for (Map.Entry<String, ?> entry : more.entrySet()) {
			extended = extended.with(entry.getKey(), entry.getValue());
		}
		return new Message(this.id, this.type, this.timestamp, this.logger, this.severity, this.payload, extended,
				this.origin, this.trace, this.category, this.truncated, this.thrown, this.address);
	}

	/**
	 * Returns the approximate size of this message on the heap.
	 * @return the size in bytes
	 */
	public int weight() {
		return BASE_WEIGHT + this.payload.length() + Fields.copyOf(this.fields).weight()
				+ ((this.address != null) ? this.address.weight() : 0) + ((this.thrown != null) ? THROWN_WEIGHT : 0);
	}

	/**
	 * The address of a message that its publisher has set, for destinations that have
	 * topics, such as Kafka. It is not part of the envelope.
	 *
	 * @param topic the topic, or {@code null} for the configured one
	 * @param key the key, or {@code null} for the configured one
	 * @param headers further headers by name
	 */
	public record Address(@Nullable String topic, @Nullable String key, Map<String, String> headers) {

		private static final Pattern TOPIC = Pattern.compile("(?!\\.\\.?$)[a-zA-Z0-9._-]{1,249}");

		private static final Pattern RESERVED_HEADER = Pattern.compile("(?i)ce_.*|content-type|traceparent");

		public Address {
			headers = Map.copyOf(headers);
		}

		/**
		 * Checks a topic.
		 * @param topic the topic
		 * @return the topic
		 * @throws IllegalArgumentException if Kafka does not allow the name
		 */
		public static String checkTopic(String topic) {
			Objects.requireNonNull(topic, "topic must not be null");
			if (!TOPIC.matcher(topic).matches()) {
				throw new IllegalArgumentException(
						"topic must be 1 to 249 characters of [a-zA-Z0-9._-], but was '" + abbreviate(topic) + "'");
			}
			return topic;
		}

		/**
		 * Checks the name of a header.
		 * @param name the name
		 * @return the name
		 * @throws IllegalArgumentException if it is empty, or reserved for Cairn
		 */
		public static String checkHeader(String name) {
			Objects.requireNonNull(name, "name of a header must not be null");
			if (name.isEmpty() || RESERVED_HEADER.matcher(name).matches()) {
				throw new IllegalArgumentException("the header '" + abbreviate(name)
						+ "' is empty or reserved: ce_*, content-type and traceparent are set by Cairn");
			}
			return name;
		}

		private int weight() {
			int weight = ((this.topic != null) ? this.topic.length() : 0)
					+ ((this.key != null) ? this.key.length() : 0);
			for (Map.Entry<String, String> header : this.headers.entrySet()) {
				weight += header.getKey().length() + header.getValue().length() + HEADER_WEIGHT;
			}
			return weight;
		}

	}

	/**
	 * The maximum size of a message. A larger message is truncated and marked.
	 *
	 * @param maxBytes the maximum size of an encoded message, in bytes of UTF-8
	 * @param maxFields the maximum number of values in {@code fields}, including nested
	 * ones
	 * @param maxDepth the maximum depth of maps and lists in {@code fields}
	 * @param maxNameLength the maximum length of a key or of the logger, in characters
	 */
	public record Limits(int maxBytes, int maxFields, int maxDepth, int maxNameLength) {

		/** 256 KiB, 1,000 values, 8 deep, names of 200 characters. */
		public static final Limits DEFAULT = new Limits(256 * 1024, 1000, 8, 200);

		/**
		 * Checks the limits.
		 * @throws IllegalArgumentException if a limit is too small
		 */
		public Limits {
			if (maxBytes < 1024) {
				throw new IllegalArgumentException("maxBytes must be at least 1024, but was " + maxBytes);
			}
			if (maxFields < 1 || maxDepth < 1 || maxNameLength < 1) {
				throw new IllegalArgumentException("maxFields, maxDepth and maxNameLength must be at least 1, but were "
						+ maxFields + ", " + maxDepth + " and " + maxNameLength);
			}
		}

	}

}
