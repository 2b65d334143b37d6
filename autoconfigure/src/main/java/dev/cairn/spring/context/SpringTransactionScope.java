package dev.cairn.spring.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

import dev.cairn.Cairn;
import dev.cairn.Ledger.DropReason;
import dev.cairn.TransactionScope;
import dev.cairn.internal.WarnOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Finds the Spring-managed transaction of the calling thread. Events are sent at once if
 * transaction synchronization is active without an actual transaction, and within
 * reactive transactions, which are not bound to a thread. Thread-safe.
 */
final class SpringTransactionScope implements TransactionScope {

	private final WarnOnce warnings = new WarnOnce(LoggerFactory.getLogger(Cairn.class));

	private final int maxHeld;

	private final long maxHeldBytes;

	SpringTransactionScope(int maxHeld, long maxHeldBytes) {
		this.maxHeld = maxHeld;
		this.maxHeldBytes = maxHeldBytes;
	}

	/**
	 * The events are found among the synchronizations of the transaction, because Spring
	 * unbinds these when it suspends the transaction and binds them again when it resumes
	 * it.
	 */
	@Override
	public @Nullable Transaction current() {
		if (!TransactionSynchronizationManager.isActualTransactionActive()
				|| !TransactionSynchronizationManager.isSynchronizationActive()) {
			return null;
		}
		for (TransactionSynchronization synchronization : TransactionSynchronizationManager.getSynchronizations()) {
			if (synchronization instanceof DeferredEvents events) {
				return events.ended ? null : events;
			}
		}
		DeferredEvents events = new DeferredEvents();
		TransactionSynchronizationManager.registerSynchronization(events);
		return events;
	}

	private void warn() {
		this.warnings.warn("full",
				() -> "a transaction has published more than cairn.events.max-held=" + this.maxHeld
						+ " events, or than cairn.events.max-held-size=" + this.maxHeldBytes
						+ " bytes. Further events of such transactions are dropped and counted as transaction_full. "
						+ "Raise the limits, or publish with immediately()");
	}

	/**
	 * The events of one transaction, in the order in which they were published. Not
	 * thread-safe.
	 */
	private final class DeferredEvents implements TransactionSynchronization, Transaction {

		private final List<Deferred> held = new ArrayList<>();

		/**
		 * The size of the events in memory. Those on the disk come last, and have none.
		 */
		private long bytes;

		private boolean full;

		/**
		 * The number of events at each savepoint. The keys are weak, because Spring does
		 * not signal the release of a savepoint.
		 */
		private final Map<Object, Integer> savepoints = new WeakHashMap<>();

		/** Whether the outcome is known. For Spring, the transaction is active longer. */
		private boolean ended;

		@Override
		public boolean defer(Deferred event) {
			this.bytes += event.weight();
			this.full |= this.held.size() >= SpringTransactionScope.this.maxHeld
					|| this.bytes > SpringTransactionScope.this.maxHeldBytes;
			if (this.full && !event.moveToDisk()) {
				warn();
				return false;
			}
			return this.held.add(event);
		}

		/** Events are sent before other synchronizations publish events after commit. */
		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

		@Override
		public void savepoint(Object savepoint) {
			this.savepoints.put(savepoint, this.held.size());
		}

		/** An unknown savepoint is older than the first event. */
		@Override
		public void savepointRollback(Object savepoint) {
			drop(this.held.subList(this.savepoints.getOrDefault(savepoint, 0), this.held.size()));
			this.bytes = this.held.stream().mapToLong(Deferred::weight).sum();
			// Further events must not overtake those on the disk
			this.full = !this.held.isEmpty() && this.held.get(this.held.size() - 1).weight() == 0;
		}

		@Override
		public void afterCommit() {
			this.ended = true;
			this.held.forEach(Deferred::send);
			this.held.clear();
		}

		/** If the outcome is unknown, the events are dropped. */
		@Override
		public void afterCompletion(int status) {
			if (status == STATUS_COMMITTED) {
				afterCommit();
			}
			this.ended = true;
			drop(this.held);
		}

		private void drop(List<Deferred> events) {
			events.forEach((event) -> event.drop(DropReason.ROLLED_BACK));
			events.clear();
		}

	}

}
