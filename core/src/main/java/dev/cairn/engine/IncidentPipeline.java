package dev.cairn.engine;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

import dev.cairn.Category;
import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.Message;
import dev.cairn.Message.Limits;
import dev.cairn.MessageFields;
import dev.cairn.Severity;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Sink;
import dev.cairn.incident.Incident;
import dev.cairn.incident.IncidentTracker;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import org.jspecify.annotations.Nullable;

/**
 * The way of a failure: a failure that is known ends here; a new one is sampled, admitted
 * or grouped, enriched, built, and dispatched now or when its turn comes.
 */
final class IncidentPipeline {

	private final Pipeline pipeline;

	private final FailureDetails details;

	private final Signals signals;

	private final IncidentTracker incidents;

	private final Limits limits;

	IncidentPipeline(Pipeline pipeline, FailureDetails details, IncidentTracker incidents, Signals signals) {
		this.pipeline = pipeline;
		this.details = details;
		this.signals = signals;
		this.incidents = incidents;
		Limits limits = pipeline.limits();
		// There is always room for the id
		this.limits = new Limits(limits.maxBytes(), Math.max(1, limits.maxFields() - 1), limits.maxDepth(),
				limits.maxNameLength());
	}

	/** Returns the id of the incident, or {@code null} if no message was accepted. */
	@Nullable String capture(Failure failure, Consumer<Event> details) {
		IncidentEvent event = new IncidentEvent(this.pipeline, this.details, failure, this.limits);
		String id = Extensions.enter(() -> capture(failure, details, event), () -> this.pipeline.refuse(event));
		if (id != null) {
			UnitOfWork.captured(id);
		}
		return id;
	}

	private @Nullable String capture(Failure failure, Consumer<Event> details, IncidentEvent event) {
		Incident incident = new Incident(this.pipeline.trace(event), details instanceof Incidents.Provisional);
		Incident registered = this.incidents.register(failure, incident);
		if (registered != incident) {
			return registered.acceptedId();
		}
		try {
			return captureNew(failure, incident, event, details);
		}
		catch (Throwable ex) {
			this.incidents.forget(failure, incident);
			throw ex;
		}
	}

	private @Nullable String captureNew(Failure failure, Incident incident, IncidentEvent event,
			Consumer<Event> details) {
		event.addDetails(details);
		incident.trace(this.pipeline.trace(event));
		if (!this.pipeline.isKept(event)) {
			List<Sink> sinks = this.pipeline.route(event);
			offered(sinks);
			this.pipeline.unsent().sampledOut(event, sinks);
			this.incidents.sampledOut(failure, incident);
			return null;
		}
		if (this.incidents.admit(failure, incident)) {
			complete(incident, event);
		}
		String id = incident.acceptedId();
		if (id != null) {
			this.incidents.whenDecided(incident, this.signals.incident(failure, id));
		}
		return id;
	}

	private void complete(Incident incident, IncidentEvent event) {
		Predicate<Map<String, ?>> message = null;
		try {
			message = build(event, incident.id());
		}
		finally {
			this.incidents.complete(incident, message);
		}
	}

	/**
	 * Builds the message, with what the sinks need of the current thread. It is counted
	 * as offered when it is sent.
	 */
	private @Nullable Predicate<Map<String, ?>> build(IncidentEvent event, String id) {
		this.pipeline.locate(event, event.locating || event.failure.thrown() == null);
		event.enrich();
		event.errorId = id;
		List<Sink> sinks = this.pipeline.route(event);
		Message message = sinks.isEmpty() ? null : build(event, sinks);
		if (message == null) {
			return null;
		}
		Dispatcher.PreparedMessage prepared = this.pipeline.prepare(message, sinks);
		if (prepared.isRefused()) {
			// Counted now: the id is returned before the turn of the message comes
			offered(sinks);
			prepared.send();
			return null;
		}
		return (more) -> {
			offered(sinks);
			return prepared.send(more);
		};
	}

	private @Nullable Message build(IncidentEvent event, List<Sink> sinks) {
		try {
			Message message = this.pipeline.build(event);
			if (message == null) {
				offered(sinks);
				this.pipeline.unsent().filtered(event, sinks);
			}
			return message;
		}
		catch (Throwable ex) {
			offered(sinks);
			this.pipeline.unsent().failed(sinks, ex);
			return null;
		}
	}

	private static void offered(List<Sink> sinks) {
		sinks.forEach((sink) -> sink.channel().offered());
	}

	/**
	 * The event of a failure. The enrichers are called before the message is built, or
	 * earlier if a sampling rule asks for a field that only they provide.
	 */
	private static final class IncidentEvent extends EventBuilder {

		private final Pipeline pipeline;

		private final FailureDetails known;

		private final Failure failure;

		private boolean enriched;

		IncidentEvent(Pipeline pipeline, FailureDetails known, Failure failure, Limits limits) {
			super(Message.TYPE_EXCEPTION, limits, pipeline);
			this.pipeline = pipeline;
			this.known = known;
			this.failure = failure;
			severity(Severity.ERROR).category(Category.QUALITY);
		}

		void addDetails(Consumer<Event> details) {
			Throwable thrown = this.failure.thrown();
			if (thrown != null) {
				thrown(thrown);
				this.known.describe(thrown, this);
			}
			else {
				payload(this.failure.text());
			}
			this.published = true;
			this.pipeline.extensions().call(new Named<>("the details of a failure", details), (given) -> {
				given.accept(this);
				return null;
			});
		}

		void enrich() {
			if (!this.enriched) {
				this.enriched = true;
				this.known.enrich(this.failure, this);
			}
		}

		@Override
		public @Nullable Object field(String key) {
			Object value = (this.errorId != null && key.equals(MessageFields.ERROR_ID)) ? this.errorId
					: super.field(key);
			if (value == null && !this.enriched) {
				enrich();
				value = super.field(key);
			}
			return value;
		}

	}

}
