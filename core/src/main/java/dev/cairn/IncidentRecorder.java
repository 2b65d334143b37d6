package dev.cairn;

import org.jspecify.annotations.Nullable;

/**
 * Turns what is thrown into incidents: one for each failure, however many layers report
 * it. Must be thread-safe.
 */
@FunctionalInterface
public interface IncidentRecorder {

	/**
	 * Publish the failure unless it was published before.
	 * @param thrown what was thrown
	 * @param report the message to fill and publish; not used when the failure is known
	 * @return the id of the incident: 32 lower-case hex digits; {@code null} when the
	 * message was not accepted
	 */
	@Nullable String record(Throwable thrown, Event report);

}
