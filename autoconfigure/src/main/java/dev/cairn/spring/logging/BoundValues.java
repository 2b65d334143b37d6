package dev.cairn.spring.logging;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;
import org.slf4j.MDC;

/**
 * Adds what is bound to the failing thread for its log lines (SLF4J's MDC) to the report
 * of an incident, as {@code context}; what was bound where it failed goes before what is
 * bound where it is reported. The ids that the message carries anyway are left out.
 */
public final class BoundValues implements IncidentEnricher {

	private static final Set<String> KNOWN_ELSEWHERE = Set.of("traceId", "spanId", IncidentAppender.ERROR_ID);

	private final Function<Throwable, Map<String, String>> boundTo;

	/**
	 * Create an enricher.
	 * @param boundTo knows what was bound when a throwable was on its way
	 */
	public BoundValues(Function<Throwable, Map<String, String>> boundTo) {
		this.boundTo = boundTo;
	}

	@Override
	public void enrich(Failure failure, Event report) {
		Map<String, String> context = ofThread();
		Throwable thrown = failure.thrown();
		if (thrown != null) {
			context.putAll(this.boundTo.apply(thrown));
			context.keySet().removeAll(KNOWN_ELSEWHERE);
		}
		if (!context.isEmpty()) {
			report.field("context", context);
		}
	}

	/**
	 * Return what is bound to the calling thread, but for the ids that a message carries
	 * anyway.
	 * @return a copy, which may be changed
	 */
	public static Map<String, String> ofThread() {
		Map<String, String> bound = new LinkedHashMap<>();
		Map<String, String> here = MDC.getCopyOfContextMap();
		if (here != null) {
			bound.putAll(here);
			bound.keySet().removeAll(KNOWN_ELSEWHERE);
		}
		return bound;
	}

}
