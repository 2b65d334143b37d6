package dev.cairn.spring.logging;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;
import org.slf4j.MDC;

/**
 * Adds what is bound to the failing thread for its log lines (SLF4J's MDC) to the report
 * of an incident, as {@code context}. The ids that the message carries anyway are left
 * out.
 */
public final class BoundValues implements IncidentEnricher {

	private static final Set<String> KNOWN_ELSEWHERE = Set.of("traceId", "spanId", IncidentAppender.ERROR_ID);

	@Override
	public void enrich(Failure failure, Event report) {
		Map<String, String> bound = MDC.getCopyOfContextMap();
		if (bound == null || bound.isEmpty()) {
			return;
		}
		Map<String, String> context = new LinkedHashMap<>(bound);
		context.keySet().removeAll(KNOWN_ELSEWHERE);
		if (!context.isEmpty()) {
			report.field("context", context);
		}
	}

}
