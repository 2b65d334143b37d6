package dev.cairn.spring.transaction;

import dev.cairn.TransactionScope;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Finds the Spring-managed transaction of the calling thread. Events are sent at once if
 * transaction synchronization is active without an actual transaction, and within
 * reactive transactions, which are not bound to a thread. Thread-safe.
 */
final class SpringTransactionScope implements TransactionScope {

	private final int maxHeld;

	SpringTransactionScope(int maxHeld) {
		this.maxHeld = maxHeld;
	}

	@Override
	public @Nullable Transaction current() {
		if (!TransactionSynchronizationManager.isActualTransactionActive()
				|| !TransactionSynchronizationManager.isSynchronizationActive()) {
			return null;
		}
		DeferredEvents events = registered();
		if (events == null) {
			events = new DeferredEvents(this.maxHeld);
			TransactionSynchronizationManager.registerSynchronization(events);
		}
		return events.hasEnded() ? null : events;
	}

	/**
	 * Returns the events of the current transaction. They are found among its
	 * synchronizations, because Spring unbinds these when it suspends the transaction and
	 * binds them again when it resumes it.
	 */
	private static @Nullable DeferredEvents registered() {
		for (TransactionSynchronization synchronization : TransactionSynchronizationManager.getSynchronizations()) {
			if (synchronization instanceof DeferredEvents events) {
				return events;
			}
		}
		return null;
	}

}
