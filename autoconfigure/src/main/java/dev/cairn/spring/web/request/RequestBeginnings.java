package dev.cairn.spring.web.request;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.cairn.IncidentEnricher;
import dev.cairn.Trace;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Extensions.Named;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;

/**
 * Begins the unit of work of each request, and decides whether it has a message.
 *
 * @param messages publishes the messages, {@code null} for none
 * @param excludes the paths of requests without a message
 * @param notOfUsers the paths of requests that are not those of users
 * @param enrichers those that Cairn does not have, because a parent context owns it
 * @param traceHeader the header of responses with the id of the trace, empty for none
 * @param serverTiming whether responses have the trace in the header
 * {@code Server-Timing} as well, which scripts of a page can read
 */
record RequestBeginnings(@Nullable RequestMessages messages, Predicate<String> excludes, Predicate<String> notOfUsers,
		Supplier<List<Named<IncidentEnricher>>> enrichers, String traceHeader, boolean serverTiming) {

	/**
	 * The order of the filter: after those of Sentry and of the observation, so that the
	 * trace is active, and before all others.
	 */
	static final int FILTER_ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

	/**
	 * Begins the unit of work, with the trace that is active.
	 * @param observation the observation of the request, if there is one
	 */
	void begin(RequestExchange exchange, RequestFacts request, Observation.@Nullable Context observation) {
		boolean excluded = this.excludes.test(request.path());
		exchange.messages = excluded ? null : this.messages;
		exchange.begun = true;
		UnitOfWork unit = exchange.unit;
		if (excluded || this.notOfUsers.test(request.path())) {
			unit.set(RequestFacts.EXCLUDED, true);
		}
		unit.set(RequestFacts.OBSERVATION, observation);
		unit.set(UnitOfWork.INCIDENT_ENRICHERS, this.enrichers.get());
		unit.begin(null);
	}

	/**
	 * Writes the headers with the id of the trace.
	 * @param header sets a header of the response, unless the response has it
	 */
	void writeTraceHeader(UnitOfWork unit, BiConsumer<String, String> header) {
		Trace trace = unit.trace();
		if (trace != null && !this.traceHeader.isEmpty()) {
			header.accept(this.traceHeader,
					this.traceHeader.equalsIgnoreCase(Trace.TRACEPARENT) ? trace.traceparent() : trace.traceId());
		}
		if (trace != null && this.serverTiming) {
			header.accept("Server-Timing", Trace.TRACEPARENT + ";desc=\"" + trace.traceparent() + "\"");
		}
	}

}
