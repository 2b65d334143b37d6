package dev.cairn.spring.transaction;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

import dev.cairn.DropReason;
import dev.cairn.TransactionScope.Deferred;
import dev.cairn.TransactionScope.Transaction;

import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;

/**
 * The events of one transaction, in the order in which they were published. Not
 * thread-safe.
 */
final class DeferredEvents implements TransactionSynchronization, Transaction {

	private final int maxHeld;

	private final List<Deferred> held = new ArrayList<>();

	/**
	 * The number of events at each savepoint. The keys are weak, because Spring does not
	 * signal the release of a savepoint.
	 */
	private final Map<Object, Integer> savepoints = new WeakHashMap<>();

	private boolean ended;

	DeferredEvents(int maxHeld) {
		this.maxHeld = maxHeld;
	}

	@Override
	public boolean defer(Deferred event) {
		return this.held.size() < this.maxHeld && this.held.add(event);
	}

	/**
	 * Returns whether the transaction has been committed or rolled back. For Spring it
	 * remains active a little longer.
	 */
	boolean hasEnded() {
		return this.ended;
	}

	/**
	 * Events are sent before other synchronizations publish events after the commit.
	 */
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

	private static void drop(List<Deferred> events) {
		events.forEach((event) -> event.drop(DropReason.ROLLED_BACK));
		events.clear();
	}

}
