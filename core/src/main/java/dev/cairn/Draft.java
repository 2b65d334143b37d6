package dev.cairn;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * An event of the {@link Engine}.
 */
final class Draft implements Event, Candidate {

	private final Engine engine;

	private final Message.Builder message;

	private double rate = 1;

	private boolean alwaysKept;

	private @Nullable Boolean kept;

	private boolean published;

	Draft(Engine engine, Message.Builder message) {
		this.engine = engine;
		this.message = message;
	}

	@Override
	public Event field(String key, @Nullable Object value) {
		this.message.field(key, value);
		return this;
	}

	@Override
	public Event fields(Map<String, ?> fields) {
		this.message.fields(fields);
		return this;
	}

	@Override
	public Event category(Category category) {
		this.message.category(category);
		return this;
	}

	@Override
	public Event severity(Severity severity) {
		this.message.severity(severity);
		return this;
	}

	@Override
	public Event payload(String payload) {
		this.message.payload(payload);
		return this;
	}

	@Override
	public Event logger(String logger) {
		this.message.logger(logger);
		return this;
	}

	@Override
	public Event timestamp(Instant timestamp) {
		this.message.timestamp(timestamp);
		return this;
	}

	@Override
	public Event trace(@Nullable Trace trace) {
		this.message.trace(trace);
		return this;
	}

	@Override
	public Event thrown(Throwable thrown) {
		this.message.thrown(Objects.requireNonNull(thrown, "thrown must not be null"));
		return this;
	}

	@Override
	public Event rate(double rate) {
		this.rate = Sampler.checkRate(rate);
		return this;
	}

	@Override
	public Event keep() {
		this.alwaysKept = true;
		return this;
	}

	boolean isAlwaysKept() {
		return this.alwaysKept;
	}

	@Override
	public boolean isKept() {
		if (this.kept == null) {
			this.kept = this.engine.isKept(this, this);
		}
		return this.kept;
	}

	@Override
	public @Nullable String publish() {
		if (this.published) {
			throw new IllegalStateException("an event is published once; start another one for the next message");
		}
		this.published = true;
		return this.engine.publish(this);
	}

	/** Leave the publishing to somebody else. */
	void withdraw() {
		this.published = true;
	}

	Message.Builder message() {
		return this.message;
	}

	String type() {
		return this.message.type();
	}

	@Override
	public Signal signal() {
		return Signal.ofType(type());
	}

	@Override
	public String name() {
		return type();
	}

	@Override
	public Severity severity() {
		return this.message.severity();
	}

	@Override
	public @Nullable Throwable thrown() {
		return this.message.thrown();
	}

	@Override
	public @Nullable Object field(String key) {
		return this.message.field(key);
	}

	@Override
	public String payload() {
		return this.message.payload();
	}

	@Override
	public double requestedRate() {
		return this.rate;
	}

}
