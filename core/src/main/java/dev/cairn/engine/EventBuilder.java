package dev.cairn.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import dev.cairn.Category;
import dev.cairn.Event;
import dev.cairn.Message;
import dev.cairn.Message.Address;
import dev.cairn.Message.Limits;
import dev.cairn.Sampler;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.engine.CairnBuilder.Preset;
import dev.cairn.internal.Extensions.Named;
import org.jspecify.annotations.Nullable;

/**
 * Collects the values of a message. Values are copied when the message is built, not
 * before.
 */
class EventBuilder extends EventValues implements Event {

	private final Publisher publisher;

	/** Also set while callbacks add details, which must not publish the event. */
	boolean published;

	EventBuilder(String type, Limits limits, Publisher publisher) {
		super(type, limits);
		this.publisher = publisher;
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
		addHeader(name, Objects.requireNonNull(value, "value must not be null"));
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
		this.details.add(new Named<>("the details of an event", details));
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
				addPreset(preset);
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
		publish();
		return confirming.outcome();
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
