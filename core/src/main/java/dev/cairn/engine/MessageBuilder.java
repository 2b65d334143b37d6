package dev.cairn.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.cairn.Category;
import dev.cairn.Limits;
import dev.cairn.Message;
import dev.cairn.Origin;
import dev.cairn.Redactor;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.internal.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a message will hold. Values are copied when the message is built, not
 * before. For one thread.
 */
public final class MessageBuilder {

	private static final long PAIRS_PER_FIELD = 4;

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

	/**
	 * Starts a message.
	 * @param type the type of the message
	 * @param origin the origin of the message
	 * @param limits the limits of the fields
	 * @param redactor removes secrets
	 * @throws IllegalArgumentException if the type is refused
	 */
	public MessageBuilder(String type, Origin origin, Limits limits, Redactor redactor) {
		this.type = Message.checkType(type);
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
	public MessageBuilder timestamp(Instant timestamp) {
		this.timestamp = Message.checkTimestamp(timestamp);
		return this;
	}

	/**
	 * Set who speaks.
	 * @param logger a name
	 * @return this
	 */
	public MessageBuilder logger(String logger) {
		this.logger = Objects.requireNonNull(logger, "logger must not be null");
		return this;
	}

	/**
	 * Set how severe it is.
	 * @param severity the severity
	 * @return this
	 */
	public MessageBuilder severity(Severity severity) {
		this.severity = Objects.requireNonNull(severity, "severity must not be null");
		return this;
	}

	/**
	 * Set the payload.
	 * @param payload free text, or JSON
	 * @return this
	 */
	public MessageBuilder payload(String payload) {
		this.payload = Objects.requireNonNull(payload, "payload must not be null");
		return this;
	}

	/**
	 * Set a field; a key that was set before takes the new value.
	 * @param key the name
	 * @param value any value; what is no JSON value is kept as its text
	 * @return this
	 */
	public MessageBuilder field(String key, @Nullable Object value) {
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
	 * Set several fields. A map that another thread changes meanwhile gives what could be
	 * read, and the message is marked as truncated.
	 * @param fields values by name
	 * @return this
	 */
	public MessageBuilder fields(Map<String, ?> fields) {
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
	public MessageBuilder trace(@Nullable Trace trace) {
		this.trace = trace;
		return this;
	}

	/**
	 * Set what kind of data it is.
	 * @param category the category, or {@code null} for none
	 * @return this
	 */
	public MessageBuilder category(@Nullable Category category) {
		this.category = category;
		return this;
	}

	/**
	 * Set the failure that the message reports.
	 * @param thrown the failure
	 * @return this
	 */
	public MessageBuilder thrown(@Nullable Throwable thrown) {
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
	 * The fraction that was kept of messages like this one, for readers to scale back.
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
