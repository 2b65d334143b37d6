package dev.cairn;

/**
 * Adds fields to the message of an incident, such as the request or the arguments of the
 * methods that failed. Called by the thread that captured the failure first, once for
 * each message, not for the failures that it also stands for. Fields that are set should
 * not be overwritten. Implementations must be thread-safe and must not block. Exceptions
 * are counted and logged, and the message is sent without the fields.
 */
@FunctionalInterface
public interface IncidentEnricher {

	/**
	 * Adds fields to the message of an incident.
	 * @param failure the failure
	 * @param report the message, which must not be published here
	 */
	void enrich(Failure failure, Event report);

}
