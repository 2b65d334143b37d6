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
 * The events of one transaction, in the order in which they were published. For one
 * thread at a time.
 */
final class TransactionEvents implements TransactionSynchronization, Transaction {

	private final int maxHeld;

	private final List<Deferred> held = new ArrayList<>();

	/** How many events there were at a savepoint; Spring does not say when one ends. */
	private final Map<Object, Integer> savepoints = new WeakHashMap<>();

	private boolean ended;

	TransactionEvents(int maxHeld) {
		this.maxHeld = maxHeld;
	}

	@Override
	public boolean defer(Deferred event) {
		return this.held.size() < this.maxHeld && this.held.add(event);
	}

	/**
	 * Whether it was committed or not: Spring takes it for active for a moment longer.
	 */
	boolean hasEnded() {
		return this.ended;
	}

	/** Before others do something that comes after the commit, and publish that. */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void savepoint(Object savepoint) {
		this.savepoints.put(savepoint, this.held.size());
	}

	/** One that is not known is older than the first event. */
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

	/**
	 * Also of a transaction whose outcome nobody knows: nothing says that it happened.
	 */
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
