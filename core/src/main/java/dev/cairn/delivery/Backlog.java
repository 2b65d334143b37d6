package dev.cairn.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.delivery.Sink.Outgoing;
import org.jspecify.annotations.Nullable;

/**
 * Messages that a sink has accepted and not delivered yet. Any thread offers, without a
 * lock; the thread of the sink takes batches and returns each of them.
 */
class Backlog {

	private final DeliveryOptions options;

	private final LossLog losses;

	private final Destination destination;

	private final MemoryQueue queue;

	/** Older than the queue; guarded by this. */
	private final RetryLanes retries;

	Backlog(DeliveryOptions options, LossLog losses, Destination destination, BooleanSupplier stopped) {
		this.options = options;
		this.losses = losses;
		this.destination = destination;
		this.retries = new RetryLanes(this::lanesOf, options);
		this.queue = new MemoryQueue(options, losses, stopped, this::pollRetry);
	}

	/** The caller has taken the message from a queue and must not lose it. */
	private List<?> lanesOf(Message message) {
		try {
			return this.destination.lanes(message);
		}
		catch (RuntimeException | Error ex) {
			return List.of();
		}
	}

	/** Starts what runs beside the thread of the sink. */
	void start() {
	}

	/** Returns whether the message was accepted; if not, the loss is counted. */
	boolean offer(Outgoing outgoing) {
		return add(outgoing) != null;
	}

	/** Returns the delivery, or {@code null} if the message was not accepted. */
	final @Nullable Delivery add(Outgoing outgoing) {
		return this.queue.add(outgoing);
	}

	private synchronized @Nullable Delivery pollRetry() {
		return this.retries.pollOldest();
	}

	/** Returns the oldest deliveries, but for those of lanes that wait for a retry. */
	synchronized List<Delivery> next(int most) {
		List<Delivery> batch = this.retries.next(most);
		fill(batch, most, this.queue::poll);
		return batch;
	}

	/** Adds deliveries to a batch, but for those of lanes that wait for a retry. */
	final synchronized void fill(List<Delivery> batch, int most, Supplier<@Nullable Delivery> source) {
		Delivery delivery = (batch.size() < most && !this.retries.blocksAll(batch)) ? source.get() : null;
		while (delivery != null) {
			this.retries.add(delivery, batch);
			delivery = (batch.size() < most) ? source.get() : null;
		}
	}

	/** Takes only what waits for a retry. */
	final synchronized List<Delivery> nextRetries(int most) {
		return this.retries.next(most);
	}

	/** Takes what was not tried yet, in order. */
	final synchronized List<Delivery> takeFresh(int most) {
		List<Delivery> taken = new ArrayList<>();
		Delivery delivery = (most > 0) ? this.queue.poll() : null;
		while (delivery != null) {
			taken.add(delivery);
			delivery = (taken.size() < most) ? this.queue.poll() : null;
		}
		return taken;
	}

	/** Takes what has failed and is not on disk, in order. */
	final synchronized List<Delivery> takeRetries() {
		return this.retries.takeAll();
	}

	/** Puts back what {@link #takeFresh} has taken, unless it is settled. */
	synchronized void putBack(List<Delivery> deliveries) {
		this.queue.putBack(deliveries);
	}

	/** Has the lanes of a batch that takes long wait for its outcome. */
	final synchronized void hold(List<Delivery> batch) {
		this.retries.hold(batch);
	}

	/** Called when all deliveries of a batch are settled. */
	synchronized void settled(List<Delivery> batch) {
		this.retries.settled(batch);
	}

	/** Gives up deliveries that were tried for too long. */
	void expire() {
		expire(false);
	}

	/** The disk of dead letters must not be waited for under the lock. */
	final void expire(boolean onlyAtFault) {
		List<Delivery> expired;
		synchronized (this) {
			expired = this.retries.expired(DeliveryOptions.nanos(this.options.giveUpAfter()), onlyAtFault);
		}
		if (expired.isEmpty()) {
			return;
		}
		String lastError = this.losses.channel().balance().lastError();
		String error = (lastError != null) ? lastError : DropReason.EXPIRED.wireName();
		for (Delivery delivery : expired) {
			delivery.drop(isKept(delivery, error) ? DropReason.DEAD_LETTER : DropReason.EXPIRED, error, "");
		}
		synchronized (this) {
			this.retries.removeSettled();
		}
	}

	private boolean isKept(Delivery delivery, String error) {
		try {
			return !delivery.isSettled() && this.destination.keep(delivery.message(), error);
		}
		catch (RuntimeException | Error ex) {
			return false;
		}
	}

	/**
	 * Takes back the deliveries of all batches on their way, in order. The lanes of those
	 * that are not settled wait before they are tried again.
	 */
	synchronized void giveBack(List<Delivery> deliveries, long lastAccepted) {
		this.retries.giveBack(deliveries, lastAccepted);
	}

	/** Returns the names of the lanes that a batch has failed in. */
	final List<String> failedLanes(List<Delivery> batch) {
		return batch.stream()
			.filter((delivery) -> !delivery.isSettled())
			.flatMap((delivery) -> lanesOf(delivery.message()).stream().limit(1))
			.map(Object::toString)
			.distinct()
			.toList();
	}

	/** Returns whether a lane has failed and not delivered what waited for it since. */
	final synchronized boolean isRetrying() {
		return this.retries.isRetrying();
	}

	/** Returns how long {@link #next} has to wait for a lane. */
	synchronized long nanosUntilNext() {
		return this.retries.nanosUntilNext();
	}

	final boolean isHalfFull() {
		return this.queue.room().isHalfFull();
	}

	final boolean hasJustBecomeHalfFull() {
		return this.queue.room().hasJustBecomeHalfFull();
	}

	/** Returns how many messages are held, including those on their way. */
	long size() {
		return this.queue.room().messages();
	}

	/** Returns whether the rest is better kept on disk than sent when the sink stops. */
	boolean keepsRest() {
		return false;
	}

	/** Stores what can be stored, and ends what {@link #start} has started. */
	void suspend(long deadline) {
	}

	/** Returns how many messages the disk keeps for the next process. */
	long kept() {
		return 0;
	}

	/** Drops what is left in memory after the end, and what is offered too late. */
	void abandon() {
		List<Delivery> left;
		synchronized (this) {
			left = takeRetries();
			left.addAll(takeFresh(Integer.MAX_VALUE));
		}
		left.forEach((delivery) -> delivery.drop(DropReason.SHUTDOWN, "", ""));
	}

}
