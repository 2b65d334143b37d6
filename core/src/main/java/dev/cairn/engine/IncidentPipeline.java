package dev.cairn.engine;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.delivery.Sink;
import dev.cairn.incident.Incident;
import dev.cairn.incident.Incidents;
import dev.cairn.incident.PendingIncident;
import org.jspecify.annotations.Nullable;

/**
 * The way of a failure: a failure that is known ends here; a new one is sampled, admitted
 * or grouped, enriched, built, and dispatched now or when its turn comes.
 */
final class IncidentPipeline {

	private final Engine engine;

	private final Incidents incidents;

	IncidentPipeline(Engine engine, Incidents incidents) {
		this.engine = engine;
		this.incidents = incidents;
	}

	/**
	 * Captures a failure.
	 * @param failure the failure
	 * @param details adds to the message; not called if the failure is known
	 * @return the id of the incident; {@code null} if no message was accepted
	 */
	@Nullable String capture(Failure failure, Consumer<Event> details) {
		IncidentEvent event = new IncidentEvent(this.engine, failure);
		Incident incident = new Incident(event.trace());
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
		event.fillIn(details);
		incident.trace(event.trace());
		if (!this.engine.isKept(event.draft(), event)) {
			sampledOut(event);
			this.incidents.sampledOut(failure, incident);
			return null;
		}
		PendingIncident pending = this.incidents.admit(failure, incident);
		if (pending != null) {
			complete(pending, event, incident.id());
		}
		String id = incident.acceptedId();
		if (id != null) {
			this.engine.recorded(failure, id);
		}
		return id;
	}

	private void complete(PendingIncident pending, IncidentEvent event, String id) {
		Predicate<Map<String, ?>> message = null;
		try {
			message = build(event, id);
		}
		finally {
			pending.complete(message);
		}
	}

	private void sampledOut(IncidentEvent event) {
		for (Sink target : this.engine.route(event.draft())) {
			target.channel().offered();
			target.channel().sampledOut();
		}
		this.engine.sampledOut(event);
	}

	/**
	 * Builds the message, with what the sinks need of the current thread.
	 * @return sends the message with further fields, and returns whether a sink accepted
	 * it; {@code null} if there is no message
	 */
	private @Nullable Predicate<Map<String, ?>> build(IncidentEvent event, String id) {
		event.locate();
		event.enrich();
		Draft draft = event.draft();
		draft.field(MessageFields.ERROR_ID, id);
		List<Sink> targets = this.engine.route(draft);
		Message message = targets.isEmpty() ? null : this.engine.make(draft, targets, false);
		if (message == null) {
			return null;
		}
		@Nullable Object[] contexts = this.engine.contexts(message, targets);
		return (more) -> {
			targets.forEach((target) -> target.channel().offered());
			return this.engine.offer(message.with(more), targets, contexts);
		};
	}

}
