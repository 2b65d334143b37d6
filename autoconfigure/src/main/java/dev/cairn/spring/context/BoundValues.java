package dev.cairn.spring.context;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;
import dev.cairn.MessageFields;
import org.slf4j.MDC;

/**
 * Adds the diagnostic context (MDC) of the failing thread to incident reports, as
 * {@code context}. Values that were bound where the failure occurred take precedence over
 * those that are bound where it is reported. Ids that a message carries in fields of
 * their own are left out.
 */
public final class BoundValues implements IncidentEnricher {

	/** The key under which log entries carry the id of their incident. */
	public static final String ERROR_ID = "errorId";

	private static final Set<String> IDS = Set.of("traceId", "spanId", ERROR_ID);

	private final List<Source> sources;

	/**
	 * Creates an enricher.
	 * @param sources the sources of values that were bound where a failure occurred
	 */
	public BoundValues(List<Source> sources) {
		this.sources = sources;
	}

	@Override
	public void enrich(Failure failure, Event report) {
		Map<String, String> context = ofThread();
		Throwable thrown = failure.thrown();
		if (thrown != null) {
			this.sources.forEach((source) -> context.putAll(source.boundTo(thrown)));
			context.keySet().removeAll(IDS);
		}
		if (!context.isEmpty()) {
			report.field(MessageFields.CONTEXT, context);
		}
	}

	/**
	 * Returns the values that are bound to the calling thread, without the ids that a
	 * message carries in fields of their own.
	 * @return a modifiable copy
	 */
	public static Map<String, String> ofThread() {
		Map<String, String> bound = new LinkedHashMap<>();
		Map<String, String> context = MDC.getCopyOfContextMap();
		if (context != null) {
			bound.putAll(context);
			bound.keySet().removeAll(IDS);
		}
		return bound;
	}

	/**
	 * A source of values that were bound where a failure occurred.
	 */
	@FunctionalInterface
	public interface Source {

		/**
		 * Returns the values that were bound where a throwable was thrown.
		 * @param thrown the throwable
		 * @return the values by key
		 */
		Map<String, String> boundTo(Throwable thrown);

	}

}
