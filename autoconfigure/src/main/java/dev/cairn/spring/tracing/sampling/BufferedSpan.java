package dev.cairn.spring.tracing.sampling;

/**
 * A span that has ended, and is not exported yet.
 */
interface BufferedSpan {

	/**
	 * Exports the span.
	 * @param partial whether spans of its trace are missing
	 */
	void export(boolean partial);

	/**
	 * Ends the span as one that is not exported, for those that have noted its start.
	 */
	void drop();

	/** Returns the time from its start to its end. */
	long nanos();

}
