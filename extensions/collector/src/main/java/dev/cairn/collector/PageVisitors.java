package dev.cairn.collector;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.Cairn;
import dev.cairn.Event;
import dev.cairn.MessageEnricher;
import dev.cairn.MessageFields;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import dev.cairn.spring.web.request.RequestFacts;

/**
 * Finds out who uses a page that sends messages: as the messages of any other request of
 * the same visitor have it.
 *
 * @param cairn creates an event that is never published
 * @param enrichers describe the visitors of requests, among others
 * @param extensions calls the enrichers
 */
record PageVisitors(Cairn cairn, List<Named<MessageEnricher>> enrichers, Extensions extensions) {

	private static final List<String> FIELDS = List.of(MessageFields.VISITOR, MessageFields.VISIT_ID,
			MessageFields.USER_ID, MessageFields.DEVICE_CLASS);

	/** Returns the fields of the visitor whose request the calling thread works for. */
	Map<String, Object> current() {
		if (RequestFacts.current() == null) {
			return Map.of();
		}
		Event event = this.cairn.event("page.viewed");
		this.extensions.each(this.enrichers, (enricher) -> enricher.enrich(event));
		Map<String, Object> found = new LinkedHashMap<>();
		for (String field : FIELDS) {
			Object value = event.field(field);
			if (value != null) {
				found.put(field, value);
			}
		}
		return found;
	}

}
