package dev.cairn.spring.web.request;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import dev.cairn.Event;
import dev.cairn.context.UnitOfWork;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationView;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.observation.ServerRequestObservationContext;

/**
 * Counts the calls to databases, HTTP servers and Kafka that are observed while a request
 * is served, and adds them to the message of the request. A call belongs to a request if
 * the observation of the request is one of its parents, on any thread.
 */
record ObservedCalls(
		OptionalFields fields) implements ObservationHandler<Observation.Context>, RequestMessageCustomizer {

	/** The kinds of calls, by the names of their observations. */
	private static final Map<String, String> KINDS = Map.of("jdbc.query", "db", "r2dbc.query", "db",
			"spring.data.mongodb.command", "db", "http.client.requests", "http", "spring.kafka.template", "kafka");

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof SenderContext || isRequest(context);
	}

	/** Of a servlet, or of a reactive application. */
	private static boolean isRequest(Observation.Context context) {
		return context instanceof ServerRequestObservationContext
				|| context instanceof org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
	}

	@Override
	public void onStart(Observation.Context context) {
		if (isRequest(context)) {
			context.put(Tally.class, new Tally(new ConcurrentHashMap<>()));
			return;
		}
		String kind = (context.getName() != null) ? KINDS.get(context.getName()) : null;
		Tally tally = (kind != null) ? tally(context) : null;
		if (kind != null && tally != null) {
			context.put(Call.class, new Call(tally.start(kind), System.nanoTime()));
		}
	}

	@Override
	public void onStop(Observation.Context context) {
		Call call = context.get(Call.class);
		if (call != null) {
			call.calls().nanos().add(System.nanoTime() - call.start());
		}
	}

	private static @Nullable Tally tally(Observation.Context context) {
		ObservationView parent = context.getParentObservation();
		while (parent != null) {
			Tally tally = parent.getContextView().get(Tally.class);
			if (tally != null) {
				return tally;
			}
			parent = parent.getContextView().getParentObservation();
		}
		return null;
	}

	@Override
	public void customize(Event message, RequestFacts request) {
		UnitOfWork unit = RequestFacts.currentUnit();
		Observation.Context observation = (unit != null) ? unit.attribute(RequestFacts.OBSERVATION) : null;
		Tally tally = (observation != null) ? observation.get(Tally.class) : null;
		if (tally != null) {
			tally.byKind().forEach((kind, calls) -> {
				this.fields.add(message, kind + "_calls", calls.number().sum());
				this.fields.add(message, kind + "_ms", RequestMessages.millis(calls.nanos().sum()));
			});
		}
	}

	/** The calls of one request, by their kind. */
	private record Tally(Map<String, Calls> byKind) {

		Calls start(String kind) {
			Calls calls = this.byKind.computeIfAbsent(kind, (missing) -> new Calls(new LongAdder(), new LongAdder()));
			calls.number().increment();
			return calls;
		}

	}

	private record Calls(LongAdder number, LongAdder nanos) {
	}

	private record Call(Calls calls, long start) {
	}

}
