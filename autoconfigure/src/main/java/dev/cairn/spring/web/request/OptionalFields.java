package dev.cairn.spring.web.request;

import java.util.Set;

import dev.cairn.Event;
import dev.cairn.MessageFields;
import org.jspecify.annotations.Nullable;

/**
 * Adds those fields to the message of a request that an application may exclude.
 */
record OptionalFields(Set<String> excluded) {

	static final OptionalFields ALL = new OptionalFields(Set.of());

	/** The fields that an application may exclude. */
	static final Set<String> NAMES = Set.of(MessageFields.REQUEST_BYTES, MessageFields.RESPONSE_BYTES,
			MessageFields.CONTENT_TYPE, MessageFields.CONTEXT, MessageFields.CLIENT_ADDRESS, MessageFields.LANGUAGE,
			MessageFields.REFERRER, MessageFields.USER_AGENT, MessageFields.BROWSER, MessageFields.BROWSER_VERSION,
			MessageFields.OS, MessageFields.DEVICE_CLASS, MessageFields.VISITOR, MessageFields.VISIT_ID,
			MessageFields.USER_ID, MessageFields.COUNTRY, MessageFields.REGION, MessageFields.OPERATOR, "db_calls",
			"db_ms", "http_calls", "http_ms", "kafka_calls", "kafka_ms");

	boolean include(String field) {
		return !this.excluded.contains(field);
	}

	void add(Event message, String field, @Nullable Object value) {
		if (value != null && include(field)) {
			message.field(field, value);
		}
	}

}
