package dev.cairn;

/**
 * Adds what is known about a failure to its report, on the thread that reported it first:
 * the request that is being served, the arguments of the methods that failed. What the
 * report says already is not to be overwritten. Called once for each incident that is
 * sent, not for those that it stands for. Must be thread-safe and must not block; what it
 * throws is counted and logged, and the report goes without.
 */
@FunctionalInterface
public interface IncidentEnricher {

	/**
	 * Add to a report.
	 * @param failure what happened
	 * @param report the message that will be sent; not to be published here
	 */
	void enrich(Failure failure, Event report);

}
