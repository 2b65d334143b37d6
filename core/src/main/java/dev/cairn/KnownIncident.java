package dev.cairn;

import org.jspecify.annotations.Nullable;

/**
 * What others may know of an incident.
 *
 * @param id 32 lower-case hex digits
 * @param trace the trace in which it was reported first
 */
public record KnownIncident(String id, @Nullable Trace trace) {
}
