package dev.cairn;

import dev.cairn.Ledger.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * Finds the transaction for whose end events wait. Called on the caller's thread for each
 * event of the application that is not published {@link Event#immediately()}. Must be
 * thread-safe and quick. If it throws, the event is sent at once.
 */
@FunctionalInterface
public interface TransactionScope {

	/** Never finds a transaction, so that every event is sent at once. */
	TransactionScope NONE = () -> null;

	/**
	 * Returns the transaction of the calling thread.
	 * @return the transaction, or {@code null} if there is none or it has ended
	 */
	@Nullable Transaction current();

	/**
	 * A transaction that is committed or rolled back.
	 */
	@FunctionalInterface
	interface Transaction {

		/**
		 * Keeps an event until the transaction has ended, and then sends or drops it, in
		 * the order in which events were published.
		 * @param event the event, which counts as held until then
		 * @return {@code false} if there is no room, also not
		 * {@link Deferred#moveToDisk() on the disk}, and the event is lost
		 */
		boolean defer(Deferred event);

	}

	/**
	 * An event that waits for the end of a transaction. Only the first call, to send or
	 * to drop it, has an effect. Does not throw.
	 */
	interface Deferred {

		/**
		 * Returns the approximate size of the event on the heap.
		 * @return the size in bytes
		 */
		int weight();

		/**
		 * Releases the memory of the event, if there is a disk that holds it until it is
		 * sent. The caller waits at most a millisecond.
		 * @return whether it is on the disk
		 */
		boolean moveToDisk();

		/**
		 * Sends the event, from any thread.
		 */
		void send();

		/**
		 * Drops the event.
		 * @param reason the reason to count
		 */
		void drop(DropReason reason);

	}

}
