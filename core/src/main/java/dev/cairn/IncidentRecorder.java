package dev.cairn;

import org.jspecify.annotations.Nullable;

/**
 * Turns failures into incidents: one for each failure, however many layers report it, and
 * one message for many where they come too fast. Must be thread-safe and must not block.
 */
public interface IncidentRecorder extends AutoCloseable {

	/**
	 * Report a failure unless it was reported before.
	 * @param failure what happened
	 * @param report makes the message; not used when the failure is known
	 * @return the id of the incident: 32 lower-case hex digits; {@code null} when the
	 * message was not accepted
	 */
	@Nullable String record(Failure failure, IncidentReport report);

	/**
	 * Return what is known of a failure that was reported.
	 * @param thrown what was thrown
	 * @return the incident to which it belongs; {@code null} when there is none that was
	 * accepted
	 */
	default @Nullable KnownIncident find(Throwable thrown) {
		return null;
	}

	/**
	 * Start the account of a piece of work that may take several attempts.
	 * @param capture reports a failure to the engine
	 * @return the account; without support for attempts, each that fails is an incident
	 */
	default Attempts attempts(Capture capture) {
		return new SeparateAttempts(capture);
	}

	/**
	 * Send what waits for its turn.
	 */
	default void flush() {
	}

	/**
	 * Send what waits for its turn, and end.
	 */
	@Override
	default void close() {
	}

	/**
	 * Reports a failure.
	 */
	@FunctionalInterface
	interface Capture {

		/**
		 * Report a failure.
		 * @param thrown what was thrown
		 * @return the id of the incident, or {@code null} when there is none
		 */
		@Nullable String capture(Throwable thrown);

	}

}
