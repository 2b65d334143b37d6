package dev.cairn;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The message of an incident on its way: made by the engine for an
 * {@link IncidentRecorder}. For one thread until it is prepared.
 */
public interface IncidentReport {

	/**
	 * Ask the sampling rules. What they do not want is counted in the channels to which
	 * it would have gone.
	 * @return whether it is to be sent
	 */
	boolean isKept();

	/**
	 * Return the trace that is active.
	 * @return the trace; {@code null} without one
	 */
	@Nullable Trace trace();

	/**
	 * Build the message on the thread that failed, since only there the sinks see what
	 * belongs to it. It counts as offered when it is sent, if ever.
	 * @param errorId the id of the incident
	 * @return the message; {@code null} when a filter did not want it or no route takes
	 * it, which is counted
	 */
	@Nullable Prepared prepare(String errorId);

	/**
	 * A message that is ready to be sent, once, from any thread.
	 */
	interface Prepared {

		/**
		 * Send it.
		 * @param more fields that are known only now: strings, numbers and booleans
		 * @return whether a sink accepted it
		 */
		boolean send(Map<String, ?> more);

	}

}
