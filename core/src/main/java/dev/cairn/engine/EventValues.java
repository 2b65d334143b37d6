package dev.cairn.engine;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.cairn.Category;
import dev.cairn.Event;
import dev.cairn.Message;
import dev.cairn.Message.Address;
import dev.cairn.Message.Limits;
import dev.cairn.MessageFields;
import dev.cairn.Sampler;
import dev.cairn.Sampler.Signal;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.context.BoundContext;
import dev.cairn.engine.CairnBuilder.Preset;
import dev.cairn.internal.Extensions.Named;
import org.jspecify.annotations.Nullable;

/**
 * The values of a message before it is built: those of the call, those of its presets
 * where the call sets none, and the decisions made so far.
 */
class EventValues implements Sampler.Candidate {

	final FieldList fields;

	@Nullable String id;

	@Nullable Instant timestamp;

	@Nullable Trace trace;

	List<Named<Consumer<Event>>> details = List.of();

	boolean alwaysKept;

	/** The sampling decision, or {@code null} before it is made. */
	@Nullable Boolean kept;

	/** Written into the fields, for readers to scale back. */
	double keptRate = 1;

	/** The id of the incident, which is no field of the caller. */
	@Nullable String errorId;

	boolean locating;

	/** Whether the event waits for the end of the transaction. */
	boolean transactional;

	/** Receives the outcome; {@code null} if no caller waits for it. */
	@Nullable Confirmation confirmation;

	@Nullable String logger;

	@Nullable Severity severity;

	@Nullable Category category;

	@Nullable Double rate;

	@Nullable String topic;

	@Nullable String key;

	Map<String, String> headers = Map.of();

	String payload = "";

	@Nullable Throwable thrown;

	private final String type;

	private Preset preset = Presets.NONE;

	EventValues(String type, Limits limits) {
		this.type = Message.checkType(type);
		this.fields = new FieldList(limits);
	}

	/** Takes precedence over the presets before. */
	final void addPreset(Preset later) {
		this.preset = Presets.merge(this.preset, later);
		this.fields.defaults(this.preset.fields());
	}

	/** Requests and failures have the values that were bound where they happened. */
	final void addContext() {
		Map<String, Object> bound = Message.isReserved(this.type) ? Map.of() : BoundContext.current();
		if (!bound.isEmpty()) {
			this.fields.addIfAbsent(MessageFields.CONTEXT, bound);
		}
	}

	final void addHeader(String name, String value) {
		this.headers = this.headers.isEmpty() ? new LinkedHashMap<>() : this.headers;
		this.headers.put(Address.checkHeader(name), value);
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
		Severity known = (this.severity != null) ? this.severity : this.preset.severity();
		return (known != null) ? known : Severity.INFORMATIONAL;
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
		Double known = (this.rate != null) ? this.rate : this.preset.rate();
		return (known != null) ? known : 1;
	}

	@Nullable String logger() {
		return (this.logger != null) ? this.logger : this.preset.logger();
	}

	@Nullable Category category() {
		return (this.category != null) ? this.category : this.preset.category();
	}

}
