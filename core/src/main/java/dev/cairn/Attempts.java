package dev.cairn;

/**
 * The attempts at one piece of work that is tried again when it fails, such as a record
 * of a topic. Failures of the same kind are one incident, however many attempts it took;
 * it is reported when the work is given up, with the number of attempts. What failed in
 * an attempt and went well in a later one is no incident, unless it was captured by
 * itself, as by logging it. For one attempt at a time; its methods may be called from
 * different threads one after the other.
 */
public interface Attempts {

	/**
	 * Start an attempt. What the calling thread captures from here on belongs to it.
	 */
	void begin();

	/**
	 * End the attempt: the calling thread's captures are its own again. Does nothing when
	 * none was started by this thread.
	 */
	void end();

	/**
	 * Note that an attempt failed and that the work will be tried again. Noted twice, the
	 * same throwable is one attempt, until the next one begins.
	 * @param thrown what was thrown
	 */
	void failed(Throwable thrown);

	/**
	 * Note attempts that failed where this account did not see them, as in another
	 * process.
	 * @param number how many
	 */
	default void failedElsewhere(int number) {
	}

	/**
	 * Close the account after an attempt that went well: what was captured by itself is
	 * sent, what was only thrown is forgotten.
	 */
	void succeeded();

	/**
	 * Close the account after the last attempt has failed too, and report it. That it
	 * failed may have been noted before.
	 * @param thrown what the last attempt threw
	 */
	void givenUp(Throwable thrown);

}
