package dev.cairn.engine;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.context.Signals;
import dev.cairn.delivery.Sink;
import dev.cairn.incident.Incident;
import dev.cairn.incident.Incidents;
import org.jspecify.annotations.Nullable;

/**
 * The way of a failure: a failure that is known ends here; a new one is sampled, admitted
 * or grouped, enriched, built, and dispatched now or when its turn comes.
 */
final class IncidentPipeline {

	private final Pipeline pipeline;

	private final Signals signals;

	private final Incidents incidents;

	IncidentPipeline(Pipeline pipeline, Incidents incidents, Signals signals) {
		this.pipeline = pipeline;
		this.signals = signals;
		this.incidents = incidents;
	}

	/**
	 * Captures a failure.
	 * @param failure the failure
	 * @param details adds to the message; not called if the failure is known
	 * @return the id of the incident; {@code null} if no message was accepted
	 */
	@Nullable String capture(Failure failure, Consumer<Event> details) {
		IncidentEvent event = new IncidentEvent(this.pipeline, failure);
		Incident incident = new Incident(this.pipeline.trace(event));
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
			sampledOut(event);
			this.incidents.sampledOut(failure, incident);
			return null;
		}
		if (this.incidents.admit(failure, incident)) {
			complete(incident, event);
		}
		String id = incident.acceptedId();
		if (id != null) {
			this.signals.incident(failure, id);
		}
		return id;
	}

	private void complete(Incident incident, IncidentEvent event) {
		Predicate<Map<String, ?>> message = null;
		try {
			message = build(event, incident.id());
		}
		finally {
			incident.complete(message);
		}
	}

	private void sampledOut(IncidentEvent event) {
		List<Sink> sinks = this.pipeline.route(event);
		sinks.forEach((sink) -> sink.channel().offered());
		this.pipeline.sampledOut(event, sinks);
	}

	/**
	 * Builds the message, with what the sinks need of the current thread. It is counted
	 * as offered when it is sent.
	 * @return sends the message with further fields, and returns whether a sink accepted
	 * it; {@code null} if there is no message
	 */
	private @Nullable Predicate<Map<String, ?>> build(IncidentEvent event, String id) {
		event.locate();
		event.enrich();
		event.field(MessageFields.ERROR_ID, id);
		List<Sink> sinks = this.pipeline.route(event);
		Message message = sinks.isEmpty() ? null : build(event, sinks);
		if (message == null) {
			return null;
		}
		Dispatcher.PreparedMessage prepared = this.pipeline.prepare(message, sinks);
		return (more) -> {
			sinks.forEach((sink) -> sink.channel().offered());
			return prepared.send(more);
		};
	}

	private @Nullable Message build(IncidentEvent event, List<Sink> sinks) {
		try {
			Message message = this.pipeline.build(event);
			if (message == null) {
				sinks.forEach((sink) -> sink.channel().offered());
				sinks.forEach((sink) -> sink.channel().filtered());
			}
			return message;
		}
		catch (Throwable ex) {
			for (Sink sink : sinks) {
				sink.channel().offered();
			}
			this.pipeline.failed(sinks, ex);
			return null;
		}
	}

}
