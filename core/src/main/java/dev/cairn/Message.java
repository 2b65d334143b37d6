package dev.cairn;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * One immutable record of something that happened. Whoever holds it may keep it and hand
 * it to any thread: its fields are a copy of what the caller gave, within the
 * {@link Limits}.
 *
 * @param id UUID version 7 (RFC 9562), lower-case hex with dashes
 * @param type what happened, a token such as {@code order.placed}: 1 to 200 characters of
 * {@code [A-Za-z0-9_.:/-]}
 * @param timestamp when it happened, in the years 0000 to 9999
 * @param logger who speaks: the name of the service unless given
 * @param severity how severe it is
 * @param payload free text, or the JSON that the caller gives; may be empty
 * @param fields values by name: strings, numbers, booleans, nulls, lists and maps
 * @param origin which service and process it comes from
 * @param trace the trace that was active
 * @param category what kind of data it is
 * @param truncated whether something was too large and was shortened
 * @param thrown the failure that the message reports; encoders describe it, sinks that
 * understand throwables take it as it is
 */
public record Message(String id, String type, Instant timestamp, String logger, Severity severity, String payload,
		Map<String, @Nullable Object> fields, Origin origin, @Nullable Trace trace, @Nullable Category category,
		boolean truncated, @Nullable Throwable thrown) {

	/** The version of the envelope; it changes only when the envelope does. */
	public static final String ENV_VERSION = "1.0";

	/** The type of the message that reports a failure. */
	public static final String TYPE_EXCEPTION = "exception";

	/** The type of the message that reports a served request. */
	public static final String TYPE_HTTP_REQUEST = "http.request";

	/** The field that carries the id of an incident. */
	public static final String FIELD_ERROR_ID = "error_id";

	/** The field that says how many failures an incident's message stands for. */
	public static final String FIELD_COUNT = "count";

	/** The field that says how many attempts failed. */
	public static final String FIELD_ATTEMPTS = "attempts";

	/** Types whose meaning Cairn defines; an event may not take them. */
	static final Set<String> RESERVED_TYPES = Set.of("timer", "counter", "gauge", TYPE_EXCEPTION, "log",
			TYPE_HTTP_REQUEST);

	private static final int MAX_TYPE_LENGTH = 200;

	/** Which characters a type may hold, by code. */
	private static final boolean[] TOKEN = token();

	private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");

	private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

	/** What was within the limits once stays. */
	private static final Limits UNBOUNDED = new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE,
			Integer.MAX_VALUE);

	private static final int BASE_WEIGHT = 320;

	private static final long PAIRS_PER_FIELD = 4;

	/** A throwable and its stack are far heavier than the rest. */
	private static final int THROWN_WEIGHT = 4096;

	/**
	 * Checks the components and copies the fields.
	 * @throws IllegalArgumentException when the type or the timestamp is refused
	 */
	public Message {
		Objects.requireNonNull(id, "id must not be null");
		checkType(type);
		checkTimestamp(timestamp);
		Objects.requireNonNull(logger, "logger must not be null");
		Objects.requireNonNull(severity, "severity must not be null");
		Objects.requireNonNull(payload, "payload must not be null");
		Objects.requireNonNull(origin, "origin must not be null");
		if (!(fields instanceof Fields)) {
			FieldsCopier copier = new FieldsCopier(Limits.DEFAULT, Redactor.NONE);
			fields = copier.copyPairs(pairs(fields));
			truncated |= copier.truncated();
		}
	}

	/**
	 * Check that a type is a token.
	 * @param type the type
	 * @return the type
	 * @throws IllegalArgumentException when it is empty, too long or holds another
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

	/**
	 * Whether a type has a meaning that Cairn defines, so that no event may have it.
	 * @param type the type
	 * @return {@code true} when it is reserved
	 */
	public static boolean isReserved(String type) {
		return RESERVED_TYPES.contains(type);
	}

	static Instant checkTimestamp(Instant timestamp) {
		Objects.requireNonNull(timestamp, "timestamp must not be null");
		if (timestamp.isBefore(EARLIEST) || timestamp.isAfter(LATEST)) {
			throw new IllegalArgumentException(
					"timestamp must be in the years 0000 to 9999 (RFC 3339), but was " + timestamp);
		}
		return timestamp;
	}

	private static boolean isToken(String type) {
		for (int i = 0; i < type.length(); i++) {
			char c = type.charAt(i);
			if (c >= TOKEN.length || !TOKEN[c]) {
				return false;
			}
		}
		return true;
	}

	private static boolean[] token() {
		boolean[] token = new boolean[128];
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/-".chars().forEach((c) -> token[c] = true);
		return token;
	}

	private static String abbreviate(String text) {
		return (text.length() > 40) ? text.substring(0, 40) + "..." : text;
	}

	private static List<@Nullable Object> pairs(Map<String, ?> fields) {
		List<@Nullable Object> pairs = new ArrayList<>(fields.size() * 2);
		for (Map.Entry<?, ?> entry : fields.entrySet()) {
			pairs.add(String.valueOf((Object) entry.getKey()));
			pairs.add(entry.getValue());
		}
		return pairs;
	}

	/**
	 * Start a message that no Cairn publishes, as tests and converters need them.
	 * @param type what happened
	 * @param origin where it comes from
	 * @return a builder
	 * @throws IllegalArgumentException when the type is refused
	 */
	public static Builder builder(String type, Origin origin) {
		return new Builder(checkType(type), origin, Limits.DEFAULT, Redactor.NONE);
	}

	/**
	 * Return a message that was written down and is read again. Its fields keep their
	 * names, also those that only Cairn may use.
	 * @param fields the fields of the message
	 * @param rest all but the fields
	 * @return the message
	 */
	public static Message restored(Map<String, ?> fields, Message rest) {
		Fields copied = new FieldsCopier(UNBOUNDED, Redactor.NONE).copyFields(fields);
		return new Message(rest.id, rest.type, rest.timestamp, rest.logger, rest.severity, rest.payload, copied,
				rest.origin, rest.trace, rest.category, rest.truncated, rest.thrown);
	}

	/**
	 * Return this message with more fields. A field of such a name is kept under
	 * {@code field_<name>}.
	 * @param more fields: strings, numbers and booleans
	 * @return another message with the same id
	 */
	Message with(Map<String, ?> more) {
		Fields extended = (Fields) this.fields;
		for (Map.Entry<String, ?> entry : more.entrySet()) {
			extended = extended.with(entry.getKey(), entry.getValue());
		}
		return new Message(this.id, this.type, this.timestamp, this.logger, this.severity, this.payload, extended,
				this.origin, this.trace, this.category, this.truncated, this.thrown);
	}

	/**
	 * Return about how many bytes this message keeps from the heap.
	 * @return bytes
	 */
	public int weight() {
		int weight = BASE_WEIGHT + this.payload.length() + ((Fields) this.fields).weight();
		return (this.thrown != null) ? weight + THROWN_WEIGHT : weight;
	}

	/**
	 * Collects what a message will hold. Values are copied when the message is built, not
	 * before. For one thread.
	 */
	public static final class Builder {

		private final String type;

		private final Origin origin;

		private final Limits limits;

		private final Redactor redactor;

		private List<@Nullable Object> pairs = List.of();

		private @Nullable Instant timestamp;

		private @Nullable String logger;

		private @Nullable Severity severity;

		private String payload = "";

		private @Nullable Trace trace;

		private @Nullable Category category;

		private @Nullable Throwable thrown;

		private double rate = 1;

		private boolean incomplete;

		private @Nullable String id;

		Builder(String type, Origin origin, Limits limits, Redactor redactor) {
			this.type = type;
			this.origin = origin;
			this.limits = limits;
			this.redactor = redactor;
		}

		/**
		 * Set when it happened; without, the time of the call is taken.
		 * @param timestamp the time
		 * @return this
		 * @throws IllegalArgumentException when RFC 3339 cannot express it
		 */
		public Builder timestamp(Instant timestamp) {
			this.timestamp = checkTimestamp(timestamp);
			return this;
		}

		/**
		 * Set who speaks.
		 * @param logger a name
		 * @return this
		 */
		public Builder logger(String logger) {
			this.logger = Objects.requireNonNull(logger, "logger must not be null");
			return this;
		}

		/**
		 * Set how severe it is.
		 * @param severity the severity
		 * @return this
		 */
		public Builder severity(Severity severity) {
			this.severity = Objects.requireNonNull(severity, "severity must not be null");
			return this;
		}

		/**
		 * Set the payload.
		 * @param payload free text, or JSON
		 * @return this
		 */
		public Builder payload(String payload) {
			this.payload = Objects.requireNonNull(payload, "payload must not be null");
			return this;
		}

		/**
		 * Set a field; a key that was set before takes the new value.
		 * @param key the name
		 * @param value any value; what is no JSON value is kept as its text
		 * @return this
		 */
		public Builder field(String key, @Nullable Object value) {
			Objects.requireNonNull(key, "key must not be null");
			if (isFull()) {
				this.incomplete = true;
				return this;
			}
			if (this.pairs.isEmpty()) {
				this.pairs = new ArrayList<>(16);
			}
			this.pairs.add(key);
			this.pairs.add(value);
			return this;
		}

		/** A key may be set again, so there may be more of them than will be kept. */
		private boolean isFull() {
			return this.pairs.size() / 2 >= PAIRS_PER_FIELD * this.limits.maxFields();
		}

		/**
		 * Set several fields. A map that another thread changes meanwhile gives what
		 * could be read, and the message is marked as truncated.
		 * @param fields values by name
		 * @return this
		 */
		public Builder fields(Map<String, ?> fields) {
			Objects.requireNonNull(fields, "fields must not be null");
			try {
				// The compiler trusts the type of the keys; the map may hold others
				for (Map.Entry<?, ?> entry : fields.entrySet()) {
					field(keyOf(entry.getKey()), entry.getValue());
					if (isFull()) {
						this.incomplete = true;
						break;
					}
				}
			}
			catch (Throwable ex) {
				this.incomplete = true;
			}
			return this;
		}

		private String keyOf(@Nullable Object key) {
			try {
				return String.valueOf(key);
			}
			catch (Throwable ex) {
				this.incomplete = true;
				return FieldsCopier.unprintable(key, ex);
			}
		}

		/**
		 * Set the trace that was active.
		 * @param trace the trace, or {@code null} for none
		 * @return this
		 */
		public Builder trace(@Nullable Trace trace) {
			this.trace = trace;
			return this;
		}

		/**
		 * Set what kind of data it is.
		 * @param category the category, or {@code null} for none
		 * @return this
		 */
		public Builder category(@Nullable Category category) {
			this.category = category;
			return this;
		}

		/**
		 * Set the failure that the message reports.
		 * @param thrown the failure
		 * @return this
		 */
		public Builder thrown(@Nullable Throwable thrown) {
			this.thrown = thrown;
			return this;
		}

		String type() {
			return this.type;
		}

		Severity severity() {
			return (this.severity != null) ? this.severity : Severity.INFORMATIONAL;
		}

		@Nullable Throwable thrown() {
			return this.thrown;
		}

		String payload() {
			return this.payload;
		}

		/**
		 * Return a field.
		 * @param key the name
		 * @return the value that was set last, or {@code null}
		 */
		public @Nullable Object field(String key) {
			int last = lastIndexOf(key);
			return (last >= 0) ? this.pairs.get(last + 1) : null;
		}

		private int lastIndexOf(String key) {
			int index = this.pairs.size() - 2;
			while (index >= 0 && !key.equals(this.pairs.get(index))) {
				index -= 2;
			}
			return index;
		}

		void fieldIfAbsent(String key, @Nullable Object value) {
			if (lastIndexOf(key) < 0) {
				field(key, value);
			}
		}

		/** Take what was not set so far. */
		void defaults(Preset preset) {
			preset.fields().forEach(this::fieldIfAbsent);
			this.category = (this.category != null) ? this.category : preset.category();
			this.severity = (this.severity != null) ? this.severity : preset.severity();
			this.logger = (this.logger != null) ? this.logger : preset.logger();
		}

		/** Take the components of a record. */
		void components(Record owner, List<RecordShape.Component> components) {
			for (RecordShape.Component component : components) {
				try {
					field(component.name(), component.read(owner));
				}
				catch (Throwable ex) {
					this.incomplete = true;
					field(component.name(), FieldsCopier.unprintable(owner, ex));
				}
			}
		}

		String loggerOrService() {
			return (this.logger != null) ? this.logger : this.origin.service();
		}

		@Nullable Trace trace() {
			return this.trace;
		}

		/**
		 * The fraction that was kept of messages like this one, for readers to scale
		 * back.
		 */
		void sampledAt(double rate) {
			this.rate = rate;
		}

		/**
		 * Build the message; its id and time are assigned here, the first time.
		 * @return the message
		 */
		public Message build() {
			if (this.id == null) {
				Instant now = Instant.now();
				this.id = MessageIds.next(now);
				this.timestamp = (this.timestamp != null) ? this.timestamp : now;
			}
			FieldsCopier copier = new FieldsCopier(this.limits, this.redactor);
			Fields fields = FieldsCopier.defer(this.pairs, this.limits, this.redactor);
			if (fields == null) {
				fields = copier.copyPairs(this.pairs);
			}
			if (this.rate < 1) {
				fields = fields.with("rate", this.rate);
			}
			String payload = this.payload.isEmpty() ? "" : copier.copyText(this.payload);
			String logger = (this.logger != null) ? copier.copyText(copier.name(this.logger)) : this.origin.service();
			return new Message(this.id, this.type, Objects.requireNonNull(this.timestamp), logger, severity(), payload,
					fields, this.origin, this.trace, this.category, this.incomplete || copier.truncated(), this.thrown);
		}

	}

}
