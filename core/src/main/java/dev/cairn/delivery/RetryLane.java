package dev.cairn.delivery;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/**
 * A lane that has failed and not succeeded since. Not thread-safe.
 */
final class RetryLane {

	private final Deque<Delivery> waiting = new ArrayDeque<>();

	private int failures;

	private boolean failed;

	/** When it came into trouble, or has failed for the last time. */
	private long since = System.nanoTime();

	/** Whether it has failed while the destination has accepted younger batches. */
	private boolean atFault;

	/** Whether it has succeeded since it failed for the first time. */
	private boolean recovered;

	/** How many deliveries go out one by one. */
	private int singles;

	private long notBefore = System.nanoTime();

	/** The batch on its way; {@code null} for none. */
	private @Nullable List<Delivery> attempt;

	/** Returns whether a younger delivery may join the batch. */
	boolean admits(List<Delivery> batch) {
		return this.waiting.isEmpty() && (this.attempt == batch && this.singles == 0 || isReady());
	}

	private boolean isReady() {
		return isIdle() && this.notBefore - System.nanoTime() <= 0;
	}

	/** Adds a younger delivery to the batch, or behind the others. */
	void add(Delivery delivery, List<Delivery> batch) {
		if (admits(batch)) {
			this.attempt = batch;
			batch.add(delivery);
		}
		else {
			delivery.attempted(System.nanoTime());
			this.waiting.addLast(delivery);
		}
	}

	void take(int most, List<Delivery> batch) {
		int limit = (this.singles > 0) ? Math.min(most, batch.size() + 1) : most;
		boolean ready = isReady();
		while (ready && !this.waiting.isEmpty() && batch.size() < limit) {
			Delivery delivery = this.waiting.remove();
			if (!delivery.isSettled()) {
				batch.add(delivery);
				this.attempt = batch;
			}
		}
	}

	/** Has the lane wait for the outcome of a batch. */
	void hold(List<Delivery> batch) {
		this.attempt = batch;
	}

	/** Puts a delivery that has failed before all others. */
	void giveBack(Delivery delivery) {
		this.waiting.addFirst(delivery);
		this.failed = true;
	}

	/** Puts a delivery of a wider lane that has failed behind all others. */
	void split(Delivery delivery) {
		this.waiting.addLast(delivery);
		this.failed = true;
	}

	/** Returns whether the lane is done with. */
	boolean settled(List<Delivery> batch) {
		return this.attempt == batch && succeeded();
	}

	/** Called when no batch is on its way. Returns whether the lane is done with. */
	boolean settledAll(DeliveryOptions options, long lastAccepted) {
		if (this.failed) {
			failed(options, lastAccepted);
			return false;
		}
		return this.attempt != null && succeeded();
	}

	private boolean succeeded() {
		this.attempt = null;
		this.failures = 0;
		this.recovered = true;
		this.singles = Math.max(0, this.singles - 1);
		return this.waiting.isEmpty();
	}

	/**
	 * Half of the pause is random: full jitter would allow no pause at all. One delivery
	 * finds out whether the destination is available. If it is, one of the others is at
	 * fault, and only alone it holds up none.
	 */
	private void failed(DeliveryOptions options, long lastAccepted) {
		this.atFault |= lastAccepted - this.since > 0;
		this.since = System.nanoTime();
		this.singles = (this.atFault || this.recovered) ? this.waiting.size() : 1;
		this.recovered = false;
		long first = DeliveryOptions.nanos(options.retryFirst());
		long longest = DeliveryOptions.nanos(options.retryMax());
		int doublings = Math.min(this.failures++, Long.SIZE - 2);
		long pause = (first <= longest >> doublings) ? first << doublings : longest;
		this.notBefore = System.nanoTime() + pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
		this.failed = false;
		this.attempt = null;
	}

	Deque<Delivery> waiting() {
		return this.waiting;
	}

	boolean isIdle() {
		return this.attempt == null;
	}

	boolean isRetrying() {
		return this.failures > 0 || this.recovered;
	}

	/** Returns whether the lane has failed, while others did not if asked. */
	boolean hasFailed(boolean onlyAtFault) {
		return this.failures > 0 && (this.atFault || !onlyAtFault);
	}

	long nanosUntilReady() {
		return Math.max(0, this.notBefore - System.nanoTime());
	}

}
