package dev.cairn.spring.web.request;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.cairn.Event;
import dev.cairn.MessageFields;
import dev.cairn.context.UnitOfWork;

/**
 * Adds the diagnostic context (MDC) and the bindings of a request to its message. The MDC
 * is kept when the handler returns, because the filters that bind a value have removed it
 * when the request ends.
 */
record RequestBindings(OptionalFields fields) implements RequestMessageCustomizer {

	private static final UnitOfWork.Key<Map<String, Object>> DIAGNOSTIC_CONTEXT = new UnitOfWork.Key<>(
			"diagnostic context");

	/** Keeps the diagnostic context of the current request. */
	static void keep() {
		UnitOfWork unit = RequestFacts.currentUnit();
		if (unit != null) {
			unit.attribute(DIAGNOSTIC_CONTEXT, () -> Collections.synchronizedMap(new HashMap<>()))
				.putAll(UnitOfWork.diagnosticContext());
		}
	}

	/** Values that were bound by the handler take precedence. */
	@Override
	public void customize(Event message, RequestFacts request) {
		UnitOfWork unit = RequestFacts.currentUnit();
		Map<String, Object> kept = (unit != null) ? unit.attribute(DIAGNOSTIC_CONTEXT) : null;
		Map<String, Object> bound = new LinkedHashMap<>((kept != null) ? kept : UnitOfWork.diagnosticContext());
		if (unit != null) {
			bound.putAll(unit.bindings());
		}
		this.fields.add(message, MessageFields.CONTEXT, bound.isEmpty() ? null : bound);
	}

}
