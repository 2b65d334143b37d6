package dev.cairn.engine;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.cairn.Candidate;
import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.IncidentReport;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.Signal;
import dev.cairn.Trace;
import dev.cairn.delivery.Sink;
import org.jspecify.annotations.Nullable;

/**
 * The report of one incident by the {@link Engine}.
 */
final class EngineReport implements IncidentReport, Candidate {

	private final Engine engine;

	private final Failure failure;

	private final Consumer<Event> details;

	private final Draft draft;

	private boolean enriched;

	private boolean kept;

	EngineReport(Engine engine, Failure failure, Consumer<Event> details) {
		this.engine = engine;
		this.failure = failure;
		this.details = details;
		this.draft = engine.newReport();
	}

	/** Whether this report, and not an earlier one, is the incident's. */
	boolean isNew() {
		return this.kept;
	}

	@Override
	public boolean isKept() {
		fillIn();
		this.kept = this.engine.isKept(this.draft, this);
		if (!this.kept) {
			for (Sink target : this.engine.route(this.draft)) {
				target.channel().offered();
				target.channel().sampledOut();
			}
		}
		else if (this.draft.isLocating() || this.failure.thrown() == null) {
			// What was thrown tells where; to ask its stack here would cost far more
			this.engine.locate(this.draft);
		}
		return this.kept;
	}

	private void fillIn() {
		Throwable thrown = this.failure.thrown();
		if (thrown != null) {
			this.draft.thrown(thrown);
		}
		else {
			this.draft.payload(this.failure.text());
		}
		this.draft.withdraw();
		try {
			this.details.accept(this.draft);
		}
		catch (Throwable ex) {
			this.engine.failed("the details of a failure", ex);
		}
		this.draft.settle();
	}

	private void enrich() {
		if (!this.enriched) {
			this.enriched = true;
			this.engine.enrich(this.failure, this.draft);
			this.draft.settle();
		}
	}

	@Override
	public @Nullable Trace trace() {
		return this.engine.trace(this.draft);
	}

	@Override
	public @Nullable Prepared prepare(String errorId) {
		enrich();
		this.draft.field(Message.FIELD_ERROR_ID, errorId);
		List<Sink> targets = this.engine.route(this.draft);
		Message message = targets.isEmpty() ? null : this.engine.make(this.draft, targets, false);
		return (message != null) ? new Ready(message, targets, this.engine.contexts(message, targets)) : null;
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

	/** The enrichers are asked only where a rule wants to know what they know. */
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

	private final class Ready implements Prepared {

		private final Message message;

		private final List<Sink> targets;

		private final @Nullable Object[] contexts;

		Ready(Message message, List<Sink> targets, @Nullable Object[] contexts) {
			this.message = message;
			this.targets = targets;
			this.contexts = contexts;
		}

		@Override
		public boolean send(Map<String, ?> more) {
			for (Sink target : this.targets) {
				target.channel().offered();
			}
			return EngineReport.this.engine.offer(this.message.with(more), this.targets, this.contexts);
		}

	}

}
