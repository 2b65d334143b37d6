package dev.cairn.engine;

import java.util.function.Consumer;

import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.SamplingContext;
import dev.cairn.Severity;
import dev.cairn.Signal;
import dev.cairn.Trace;
import org.jspecify.annotations.Nullable;

/**
 * The event of a failure. The enrichers are called before the message is built, or
 * earlier if a sampling rule asks for a field that only they provide.
 */
final class IncidentEvent implements SamplingContext {

	private final Engine engine;

	private final Failure failure;

	private final Draft draft;

	private boolean enriched;

	IncidentEvent(Engine engine, Failure failure) {
		this.engine = engine;
		this.failure = failure;
		this.draft = engine.newReport();
	}

	Draft draft() {
		return this.draft;
	}

	@Nullable Trace trace() {
		return this.engine.trace(this.draft);
	}

	void fillIn(Consumer<Event> details) {
		Throwable thrown = this.failure.thrown();
		if (thrown != null) {
			this.draft.thrown(thrown);
		}
		else {
			this.draft.payload(this.failure.text());
		}
		this.draft.withdraw();
		try {
			details.accept(this.draft);
		}
		catch (Throwable ex) {
			this.engine.failed("the details of a failure", ex);
		}
		this.draft.settle();
	}

	/** Adds the call site, unless the stack of the throwable contains it. */
	void locate() {
		if (this.draft.isLocating() || this.failure.thrown() == null) {
			this.engine.locate(this.draft);
		}
	}

	void enrich() {
		if (!this.enriched) {
			this.enriched = true;
			this.engine.enrich(this.failure, this.draft);
			this.draft.settle();
		}
	}

	@Override
	public Signal signal() {
		return this.draft.signal();
	}

	@Override
	public String name() {
		return this.draft.name();
	}

	@Override
	public Severity severity() {
		return this.draft.severity();
	}

	@Override
	public @Nullable Throwable thrown() {
		return this.failure.thrown();
	}

	@Override
	public @Nullable Object field(String key) {
		Object value = this.draft.field(key);
		if (value == null && !this.enriched) {
			enrich();
			value = this.draft.field(key);
		}
		return value;
	}

	@Override
	public String payload() {
		return this.draft.payload();
	}

	@Override
	public double requestedRate() {
		return this.draft.requestedRate();
	}

}
