package dev.cairn.spring.transaction;

import dev.cairn.TransactionScope;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Has events wait for the end of the transaction of their thread. One that Spring only
 * synchronizes, without a real transaction behind it, and reactive ones, which belong to
 * no thread, are waited for by nobody. Thread-safe.
 */
public final class TransactionDeferral implements TransactionScope {

	private final int maxHeld;

	/**
	 * Create it.
	 * @param maxHeld how many events a transaction holds at the most
	 */
	public TransactionDeferral(int maxHeld) {
		this.maxHeld = maxHeld;
	}

	@Override
	public @Nullable Transaction current() {
		if (!TransactionSynchronizationManager.isActualTransactionActive()
				|| !TransactionSynchronizationManager.isSynchronizationActive()) {
			return null;
		}
		TransactionEvents events = known();
		if (events == null) {
			events = new TransactionEvents(this.maxHeld);
			TransactionSynchronizationManager.registerSynchronization(events);
		}
		return events.hasEnded() ? null : events;
	}

	/**
	 * Looked for there, and not bound to the thread, since Spring takes these away and
	 * brings them back with a transaction that it suspends.
	 */
	private static @Nullable TransactionEvents known() {
		for (TransactionSynchronization known : TransactionSynchronizationManager.getSynchronizations()) {
			if (known instanceof TransactionEvents events) {
				return events;
			}
		}
		return null;
	}

}
