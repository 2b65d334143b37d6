package dev.cairn.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import dev.cairn.Category;
import dev.cairn.Event;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.Message.Address;
import dev.cairn.Message.Limits;
import dev.cairn.Sampler;
import dev.cairn.Sampler.Signal;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.engine.CairnBuilder.Preset;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a message will hold. Values are copied when the message is built, not
 * before.
 */
class EventBuilder implements Event, Sampler.Candidate {

	private final Publisher publisher;

	private final String type;

	final FieldList fields;

	@Nullable String id;

	@Nullable Instant timestamp;

	@Nullable String logger;

	@Nullable Severity severity;

	@Nullable String topic;

	@Nullable String key;

	Map<String, String> headers = Map.of();

	private String payload = "";

	@Nullable Trace trace;

	@Nullable Category category;

	private @Nullable Throwable thrown;

	/** In the order in which they were named. */
	List<Preset> presets = List.of();

	private List<Consumer<Event>> details = List.of();

	@Nullable Double rate;

	boolean alwaysKept;

	/** The sampling decision, or {@code null} before it is made. */
	@Nullable Boolean kept;

	/** Written into the fields, for readers to scale back. */
	double keptRate = 1;

	boolean locating;

	/** Whether the event waits for the end of the transaction. */
	boolean transactional;

	/** Receives the outcome; {@code null} if nobody waits for it. */
	@Nullable Confirmation confirmation;

	/** Whether it was offered to its sinks, or lost before. */
	boolean offered;

	/** Set at first for those who only add details and must not publish it. */
	boolean published;

	EventBuilder(String type, Limits limits, Publisher publisher) {
		this.type = Message.checkType(type);
		this.publisher = publisher;
		this.fields = new FieldList(limits);
	}

	@Override
	public Event field(String key, @Nullable Object value) {
		this.fields.add(key, value);
		return this;
	}

	@Override
	public Event fields(Map<String, ?> fields) {
		this.fields.addAll(fields);
		return this;
	}

	@Override
	public Event category(@Nullable Category category) {
		this.category = category;
		return this;
	}

	@Override
	public Event severity(Severity severity) {
		this.severity = Objects.requireNonNull(severity, "severity must not be null");
		return this;
	}

	@Override
	public Event payload(String payload) {
		this.payload = Objects.requireNonNull(payload, "payload must not be null");
		return this;
	}

	@Override
	public Event logger(String logger) {
		this.logger = Objects.requireNonNull(logger, "logger must not be null");
		return this;
	}

	@Override
	public Event topic(String topic) {
		this.topic = Address.checkTopic(topic);
		return this;
	}

	@Override
	public Event key(String key) {
		this.key = Objects.requireNonNull(key, "key must not be null");
		return this;
	}

	@Override
	public Event header(String name, String value) {
		if (this.headers.isEmpty()) {
			this.headers = new LinkedHashMap<>();
		}
		this.headers.put(Address.checkHeader(name), Objects.requireNonNull(value, "value must not be null"));
		return this;
	}

	@Override
	public Event timestamp(Instant timestamp) {
		this.timestamp = Message.checkTimestamp(timestamp);
		return this;
	}

	@Override
	public Event trace(@Nullable Trace trace) {
		this.trace = trace;
		return this;
	}

	@Override
	public Event thrown(Throwable thrown) {
		this.thrown = Objects.requireNonNull(thrown, "thrown must not be null");
		return this;
	}

	@Override
	public Event details(Consumer<Event> details) {
		Objects.requireNonNull(details, "details must not be null");
		this.details = this.details.isEmpty() ? new ArrayList<>(2) : this.details;
		this.details.add(details);
		return this;
	}

	@Override
	public Event rate(double rate) {
		this.rate = Sampler.checkRate(rate);
		return this;
	}

	@Override
	public Event preset(String... names) {
		for (String name : names) {
			Preset preset = this.publisher.preset(Objects.requireNonNull(name, "name of a preset must not be null"));
			if (preset != null) {
				this.presets = this.presets.isEmpty() ? new ArrayList<>(2) : this.presets;
				this.presets.remove(preset);
				this.presets.add(preset);
			}
		}
		return this;
	}

	@Override
	public Event callSite() {
		this.locating = true;
		return this;
	}

	@Override
	public Event immediately() {
		this.transactional = false;
		return this;
	}

	@Override
	public Event keep() {
		this.alwaysKept = true;
		return this;
	}

	@Override
	public boolean decide() {
		return this.publisher.isKept(this);
	}

	@Override
	public @Nullable String publish() {
		if (this.published) {
			throw new IllegalStateException(
					"an event can only be published once; create another event for the next message");
		}
		this.published = true;
		return this.publisher.publish(this);
	}

	@Override
	public CompletionStage<@Nullable String> publishAndConfirm() {
		Confirmation confirming = this.publisher.confirmation();
		this.confirmation = confirming;
		if (publish() == null && !this.offered) {
			confirming.notMeantToBeSent();
		}
		return confirming.outcome();
	}

	/** Reports a loss that no sink has counted as its own. */
	void lost(DropReason reason) {
		this.offered = true;
		if (this.confirmation != null) {
			this.confirmation.lost("", reason);
		}
	}

	void addDetails(Extensions extensions) {
		for (Consumer<Event> known : List.copyOf(this.details)) {
			extensions.call(new Named<>("the details of an event", known), (given) -> {
				given.accept(this);
				return null;
			});
		}
	}

	@Override
	public String name() {
		return this.type;
	}

	@Override
	public Signal signal() {
		return Signal.ofType(this.type);
	}

	@Override
	public Severity severity() {
		return (this.severity != null) ? this.severity : Severity.INFORMATIONAL;
	}

	@Override
	public @Nullable Throwable thrown() {
		return this.thrown;
	}

	@Override
	public @Nullable Object field(String key) {
		return this.fields.get(key);
	}

	@Override
	public String payload() {
		return this.payload;
	}

	@Override
	public double requestedRate() {
		return (this.rate != null) ? this.rate : 1;
	}

	/**
	 * Publishes events, and is asked about them before.
	 */
	interface Publisher {

		/** Returns the id of the message, or {@code null} if no sink accepted it. */
		@Nullable String publish(EventBuilder event);

		boolean isKept(EventBuilder event);

		Confirmation confirmation();

		@Nullable Preset preset(String name);

	}

}
