package dev.cairn.collector;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The content of a request in the place of a message.
 *
 * @param values the properties of the envelope; those that were read before a refusal
 * @param refusal why it is no message, or {@code null}
 */
record Received(Map<String, @Nullable Object> values, @Nullable RefusedException refusal) {

	static Received refused(@Nullable String field, String reason) {
		return new Received(Map.of(), new RefusedException(field, reason));
	}

}
