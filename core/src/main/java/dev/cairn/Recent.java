package dev.cairn;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a published message for those who look: no content, so nothing
 * large and nothing secret.
 *
 * @param id the id of the message
 * @param type what happened
 * @param timestamp when
 * @param severity how severe
 * @param traceId in which trace; {@code null} without one
 * @param accepted whether a sink took it
 */
public record Recent(String id, String type, Instant timestamp, Severity severity, @Nullable String traceId,
		boolean accepted) {
}
