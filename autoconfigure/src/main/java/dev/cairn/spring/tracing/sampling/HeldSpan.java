package dev.cairn.spring.tracing.sampling;

/**
 * A span that has ended, and is not exported yet.
 */
@FunctionalInterface
interface HeldSpan {

	/**
	 * Exports the span.
	 * @param partial whether spans of its trace are missing
	 */
	void export(boolean partial);

}
