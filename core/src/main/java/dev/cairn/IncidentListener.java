package dev.cairn;

/**
 * Is told of every incident, on the thread that reported it first, as soon as its id is
 * known: to mark the active span, or the request. Must be thread-safe and must not block;
 * what it throws is counted and logged.
 */
@FunctionalInterface
public interface IncidentListener {

	/**
	 * Take notice of an incident.
	 * @param failure what happened
	 * @param errorId the id of the incident: 32 lower-case hex digits
	 */
	void recorded(Failure failure, String errorId);

}
