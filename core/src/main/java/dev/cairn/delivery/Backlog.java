package dev.cairn.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.delivery.Sink.Outgoing;
import org.jspecify.annotations.Nullable;

/**
 * Messages that a sink has accepted and not delivered yet, in memory, bounded in messages
 * and bytes. Messages that do not fit give way as the options define. Any thread offers,
 * without a lock; the thread of the sink takes batches and returns each of them, settled
 * or given back.
 */
class Backlog {

	private static final long ROOM_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private final DeliveryOptions options;

	private final LossLog losses;

	private final Destination destination;

	private final BooleanSupplier stopped;

	private final QueueRoom room;

	private final Queue<Delivery> queue = new ConcurrentLinkedQueue<>();

	/** Older than the queue; guarded by this. */
	private final Deque<Delivery> ahead = new ArrayDeque<>();

	/** Older than {@link #ahead}; guarded by this. */
	private final RetryLanes retries;

	Backlog(DeliveryOptions options, LossLog losses, Destination destination, BooleanSupplier stopped) {
		this.options = options;
		this.losses = losses;
		this.destination = destination;
		this.stopped = stopped;
		this.room = new QueueRoom(options.maxMessages(), options.maxBytes());
		this.retries = new RetryLanes(this::lanesOf, options);
	}

	/** Whoever asks has taken the message from a queue and must not lose it. */
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

	/**
	 * Accepts a message if there is room. Blocks the caller only as far as the options
	 * ask for it.
	 * @return whether it was accepted; if not, the loss is counted
	 */
	boolean offer(Outgoing outgoing) {
		return add(outgoing) != null;
	}

	/** Returns the delivery, or {@code null} if the message was not accepted. */
	final @Nullable Delivery add(Outgoing outgoing) {
		int weight = outgoing.message().weight();
		if (!this.room.reserve(weight) && !makeRoom(weight)) {
			new Delivery(outgoing, this.losses, null).drop(DropReason.OVERFLOW, "");
			return null;
		}
		Delivery delivery = null;
		boolean adding = false;
		try {
			delivery = new Delivery(outgoing, this.losses, this.room);
			this.losses.channel().accepted();
			delivery.accepted();
			adding = true;
			this.queue.add(delivery);
			return delivery;
		}
		catch (Throwable ex) {
			// No stack or heap is left. There is enough to release what was reserved at
			// this depth; the caller counts the loss. If the delivery is in the queue, it
			// is skipped there
			if (!adding || delivery == null || delivery.claim()) {
				this.room.release(weight);
			}
			throw ex;
		}
	}

	private boolean makeRoom(int weight) {
		return switch (this.options.overflow()) {
			case DROP_NEWEST -> false;
			case DROP_OLDEST -> evictFor(weight);
			case BLOCK -> awaitRoom(weight);
		};
	}

	private boolean evictFor(int weight) {
		boolean reserved = false;
		while (!reserved && this.room.canEverHold(weight) && evictOldest()) {
			reserved = this.room.reserve(weight);
		}
		return reserved;
	}

	/** The oldest stays in its place until its loss is counted. */
	private boolean evictOldest() {
		Delivery oldest = this.queue.peek();
		if (oldest != null) {
			oldest.evict();
			if (this.queue.peek() == oldest) {
				// Where another caller has removed it, this would search the whole queue
				this.queue.remove(oldest);
			}
			return true;
		}
		synchronized (this) {
			oldest = this.ahead.isEmpty() ? this.retries.pollOldest() : this.ahead.poll();
		}
		if (oldest == null) {
			return false;
		}
		oldest.drop(DropReason.OVERFLOW, "");
		return true;
	}

	private boolean awaitRoom(int weight) {
		long deadline = System.nanoTime() + DeliveryOptions.nanos(this.options.blockUpTo());
		boolean reserved = false;
		while (!reserved && !this.stopped.getAsBoolean() && this.room.canEverHold(weight)
				&& System.nanoTime() - deadline < 0 && !Thread.currentThread().isInterrupted()) {
			LockSupport.parkNanos(this, ROOM_POLL_NANOS);
			// Room that stopping the sink has made is of no use
			reserved = !this.stopped.getAsBoolean() && this.room.reserve(weight);
		}
		return reserved;
	}

	/**
	 * Returns the oldest deliveries, but for those of lanes that wait for a retry. Never
	 * blocks.
	 */
	synchronized List<Delivery> next(int most) {
		List<Delivery> batch = this.retries.next(most);
		fill(batch, most, this::poll);
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
		Delivery delivery = (most > 0) ? poll() : null;
		while (delivery != null) {
			taken.add(delivery);
			delivery = (taken.size() < most) ? poll() : null;
		}
		return taken;
	}

	/** Takes what has failed and is not on disk, in order. */
	final synchronized List<Delivery> takeRetries() {
		return this.retries.takeAll();
	}

	/** Puts back what {@link #takeFresh} has taken, unless it is settled. */
	synchronized void putBack(List<Delivery> deliveries) {
		for (int i = deliveries.size() - 1; i >= 0; i--) {
			if (!deliveries.get(i).isSettled()) {
				this.ahead.addFirst(deliveries.get(i));
			}
		}
	}

	private @Nullable Delivery poll() {
		Delivery delivery;
		do {
			delivery = this.ahead.poll();
			if (delivery == null) {
				delivery = this.queue.poll();
			}
		}
		while (delivery != null && !delivery.take());
		return delivery;
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
			delivery.drop(isKept(delivery, error) ? DropReason.DEAD_LETTER : DropReason.EXPIRED, error);
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
	 * Takes back the deliveries of all batches that are on their way, in order, settled
	 * ones among them. The lanes of the others wait before they are tried again.
	 * @param lastAccepted when the youngest batch was taken that the destination has
	 * accepted
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

	/**
	 * Returns how long {@link #next} has to wait for a lane; {@link Long#MAX_VALUE} if
	 * nothing waits for a time.
	 */
	synchronized long nanosUntilNext() {
		return this.retries.nanosUntilNext();
	}

	final boolean isHalfFull() {
		return this.room.isHalfFull();
	}

	final boolean hasJustBecomeHalfFull() {
		return this.room.hasJustBecomeHalfFull();
	}

	/** Returns how many messages are held, including those on their way. */
	long size() {
		return this.room.messages();
	}

	/** Returns whether the rest is better kept on disk than sent when the sink stops. */
	boolean keepsRest() {
		return false;
	}

	/**
	 * Stores what can be stored, and ends what {@link #start} has started, until the
	 * deadline in terms of {@link System#nanoTime()}.
	 */
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
		left.forEach((delivery) -> delivery.drop(DropReason.SHUTDOWN, ""));
	}

}
