package dev.cairn.spring.web.request;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

import dev.cairn.Event;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationView;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * Counts the calls to databases, HTTP servers and Kafka that are observed while a request
 * is served, and adds them to the message of the request. A call belongs to a request if
 * the observation of the request is one of its parents, on any thread.
 */
final class ObservedCalls implements ObservationHandler<Observation.Context>, RequestMessageCustomizer {

	private static final Object START = ObservedCalls.class.getName() + ".START";

	private final OptionalFields fields;

	ObservedCalls(OptionalFields fields) {
		this.fields = fields;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof SenderContext || context instanceof ServerRequestObservationContext;
	}

	@Override
	public void onStart(Observation.Context context) {
		if (context instanceof ServerRequestObservationContext) {
			context.put(Tally.class, new Tally());
			return;
		}
		Kind kind = Kind.of(context.getName());
		Tally tally = (kind != null) ? tally(context) : null;
		if (kind != null && tally != null) {
			tally.of(kind).number().increment();
			context.put(START, System.nanoTime());
		}
	}

	@Override
	public void onStop(Observation.Context context) {
		Long start = context.get(START);
		Kind kind = (start != null) ? Kind.of(context.getName()) : null;
		Tally tally = (kind != null) ? tally(context) : null;
		if (start != null && kind != null && tally != null) {
			tally.of(kind).nanos().add(System.nanoTime() - start);
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
		if (request.attribute(
				ServerHttpObservationFilter.CURRENT_OBSERVATION_CONTEXT_ATTRIBUTE) instanceof Observation.Context context) {
			Tally tally = context.get(Tally.class);
			if (tally != null) {
				tally.addTo(message, this.fields);
			}
		}
	}

	/** The kinds of calls, by the names of their observations. */
	private enum Kind {

		DB("db"), HTTP("http"), KAFKA("kafka");

		private static final Map<String, Kind> BY_NAME = Map.of("jdbc.query", DB, "r2dbc.query", DB,
				"spring.data.mongodb.command", DB, "http.client.requests", HTTP, "spring.kafka.template", KAFKA);

		private final String prefix;

		Kind(String prefix) {
			this.prefix = prefix;
		}

		static @Nullable Kind of(@Nullable String name) {
			return (name != null) ? BY_NAME.get(name) : null;
		}

	}

	/** The calls of one request, by their kind. */
	private static final class Tally {

		private final Map<Kind, Calls> calls = new EnumMap<>(Kind.class);

		Tally() {
			for (Kind kind : Kind.values()) {
				this.calls.put(kind, new Calls(new LongAdder(), new LongAdder()));
			}
		}

		Calls of(Kind kind) {
			return Objects.requireNonNull(this.calls.get(kind));
		}

		void addTo(Event message, OptionalFields fields) {
			this.calls.forEach((kind, calls) -> {
				long number = calls.number().sum();
				if (number > 0) {
					fields.add(message, kind.prefix + "_calls", number);
					fields.add(message, kind.prefix + "_ms", RequestMessages.millis(calls.nanos().sum()));
				}
			});
		}

	}

	private record Calls(LongAdder number, LongAdder nanos) {
	}

}
