package dev.cairn.spring.notify;

import dev.cairn.spring.notify.Notification.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The finding of a rule, before it is limited and redacted.
 *
 * @param key identifies what it is about; alerts with the same key are duplicates
 * @param kind the rule
 * @param title the title
 * @param text the details
 * @param errorId the id of the incident, or {@code null} if there is none
 * @param traceId the id of the trace, or {@code null} if there is none
 * @param count the number of failures, messages or requests
 */
record Alert(String key, Kind kind, String title, String text, @Nullable String errorId, @Nullable String traceId,
		long count) {

	static Alert of(String about, Kind kind, String title, String text, long count) {
		return new Alert(kind + ":" + about, kind, title, text, null, null, count);
	}

}
