package dev.cairn.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import dev.cairn.Category;
import dev.cairn.Event;
import dev.cairn.Sampler;
import dev.cairn.SamplingContext;
import dev.cairn.Severity;
import dev.cairn.Signal;
import dev.cairn.Trace;
import org.jspecify.annotations.Nullable;

/**
 * An event of the {@link Engine}.
 */
final class Draft implements Event, SamplingContext {

	private final Engine engine;

	private final MessageBuilder message;

	/** In the order in which they were named. */
	private List<Preset> presets = List.of();

	private @Nullable Double rate;

	private boolean locating;

	private boolean waiting;

	private @Nullable Consumer<Event> details;

	private boolean alwaysKept;

	private @Nullable Boolean kept;

	private boolean published;

	Draft(Engine engine, MessageBuilder message) {
		this.engine = engine;
		this.message = message;
	}

	/** Let it wait for the end of the transaction, as what the application says does. */
	Draft waiting() {
		this.waiting = true;
		return this;
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
	public Event details(Consumer<Event> details) {
		Objects.requireNonNull(details, "details must not be null");
		this.details = (this.details != null) ? this.details.andThen(details) : details;
		return this;
	}

	void fillIn() {
		if (this.details != null) {
			this.details.accept(this);
		}
	}

	@Override
	public Event rate(double rate) {
		this.rate = Sampler.checkRate(rate);
		return this;
	}

	@Override
	public Event preset(String... names) {
		for (String name : names) {
			Preset preset = this.engine.preset(Objects.requireNonNull(name, "name of a preset must not be null"));
			if (preset != null) {
				this.presets = this.presets.isEmpty() ? new ArrayList<>(2) : this.presets;
				this.presets.add(preset);
			}
		}
		return this;
	}

	/** The last preset first, since each gives only what is not there yet. */
	void settle() {
		for (int i = this.presets.size() - 1; i >= 0; i--) {
			Preset preset = this.presets.get(i);
			this.message.defaults(preset);
			this.rate = (this.rate != null) ? this.rate : preset.rate();
		}
		this.presets = List.of();
	}

	@Override
	public Event callSite() {
		this.locating = true;
		return this;
	}

	boolean isLocating() {
		return this.locating;
	}

	@Override
	public Event immediately() {
		this.waiting = false;
		return this;
	}

	boolean isWaiting() {
		return this.waiting;
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
			settle();
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

	MessageBuilder message() {
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
		return (this.rate != null) ? this.rate : 1;
	}

}
