package dev.cairn;

/**
 * The attempts at one piece of work that is retried when it fails, such as the processing
 * of a Kafka record. Failures of the same kind are one incident, however many attempts
 * there are. It is sent when the work is given up, with the number of attempts. A failure
 * of an attempt that a later one makes up for is no incident, unless it was captured, for
 * example by logging it.
 * <p>
 * For one attempt at a time. The methods may be called from different threads one after
 * the other.
 */
public interface Attempts {

	/**
	 * Starts an attempt. Failures captured in the current unit of work, or else by the
	 * calling thread, belong to it.
	 */
	void begin();

	/**
	 * Ends the attempt. Has no effect if the calling thread has not started it.
	 */
	void end();

	/**
	 * Notes that an attempt failed and that the work is retried. The same throwable is
	 * one failed attempt, however often it is noted before the next attempt starts.
	 * @param thrown the exception of the attempt
	 */
	void failed(Throwable thrown);

	/**
	 * Notes failed attempts that were made elsewhere, such as in another process.
	 * @param number the number of attempts
	 */
	default void failedElsewhere(int number) {
	}

	/**
	 * Notes that the work succeeded. Captured failures are sent, others are forgotten.
	 */
	void succeeded();

	/**
	 * Notes that the last attempt failed, and sends the incident. The exception may have
	 * been passed to {@link #failed} before.
	 * @param thrown the exception of the last attempt
	 */
	void givenUp(Throwable thrown);

}
