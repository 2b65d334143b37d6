package dev.cairn.delivery;

import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.cairn.Ledger.DropReason;
import dev.cairn.delivery.Sink.Outgoing;
import org.jspecify.annotations.Nullable;

/**
 * Messages that were not tried yet, bounded in messages and bytes. Messages that do not
 * fit give way as the options define. Any thread adds, without a lock.
 */
final class MemoryQueue {

	private static final AtomicReferenceFieldUpdater<MemoryQueue, @Nullable Delivery> UNFINISHED = AtomicReferenceFieldUpdater
		.newUpdater(MemoryQueue.class, Delivery.class, "unfinished");

	private static final long ROOM_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private final DeliveryOptions options;

	private final LossLog losses;

	private final BooleanSupplier stopped;

	/** Removes a message that is older than all of these, to make room. */
	private final Supplier<@Nullable Delivery> older;

	private final QueueRoom room;

	private final Queue<Delivery> queue = new ConcurrentLinkedQueue<>();

	/** Older than the queue. */
	private final Deque<Delivery> ahead = new ConcurrentLinkedDeque<>();

	/**
	 * Deliveries that a thread without stack or heap has left undone. It only writes
	 * fields, since any call could fail again.
	 */
	private volatile @Nullable Delivery unfinished;

	MemoryQueue(DeliveryOptions options, LossLog losses, BooleanSupplier stopped, Supplier<@Nullable Delivery> older) {
		this.options = options;
		this.losses = losses;
		this.stopped = stopped;
		this.older = older;
		this.room = new QueueRoom(options.maxMessages(), options.maxBytes());
	}

	/** Returns the delivery, or {@code null} if there is no room. */
	@Nullable Delivery add(Outgoing outgoing) {
		int weight = outgoing.message().weight();
		Delivery delivery = new Delivery(outgoing, this.losses, this.room);
		if (!this.room.reserve(weight) && !makeRoom(weight)) {
			new Delivery(outgoing, this.losses, null).drop(DropReason.OVERFLOW, "", "");
			return null;
		}
		try {
			this.losses.channel().accepted(1);
			delivery.accepted();
			this.queue.add(delivery);
			return delivery;
		}
		catch (Throwable ex) {
			delivery.unfinished = Delivery.ADDING;
			delivery.nextUnfinished = this.unfinished;
			this.unfinished = delivery;
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
			evict(oldest);
			if (this.queue.peek() == oldest) {
				// Where another caller has removed it, this would search the whole queue
				this.queue.remove(oldest);
			}
			return true;
		}
		oldest = this.ahead.poll();
		if (oldest == null) {
			oldest = this.older.get();
		}
		if (oldest == null) {
			return false;
		}
		try {
			oldest.drop(DropReason.OVERFLOW, "", "");
		}
		catch (StackOverflowError ex) {
			if (oldest.unfinished == 0) {
				oldest.unfinished = Delivery.DROPPING;
				oldest.nextUnfinished = this.unfinished;
				this.unfinished = oldest;
			}
			throw ex;
		}
		return true;
	}

	private void evict(Delivery oldest) {
		try {
			oldest.evict();
		}
		catch (StackOverflowError ex) {
			// The thread of the sink may have passed over it meanwhile
			if (oldest.unfinished == 0) {
				oldest.unfinished = Delivery.EVICTING;
				oldest.nextUnfinished = this.unfinished;
				this.unfinished = oldest;
			}
			throw ex;
		}
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

	/** Returns the oldest delivery. For one thread at a time. */
	@Nullable Delivery poll() {
		finish();
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

	private void finish() {
		Delivery delivery = (this.unfinished != null) ? UNFINISHED.getAndSet(this, null) : null;
		while (delivery != null) {
			Delivery next = delivery.nextUnfinished;
			delivery.finish();
			delivery = next;
		}
	}

	/** Puts back what was polled, unless it is settled. */
	void putBack(List<Delivery> deliveries) {
		for (int i = deliveries.size() - 1; i >= 0; i--) {
			if (!deliveries.get(i).isSettled()) {
				this.ahead.addFirst(deliveries.get(i));
			}
		}
	}

	/** Returns the room, in which messages count until they are settled. */
	QueueRoom room() {
		return this.room;
	}

}
