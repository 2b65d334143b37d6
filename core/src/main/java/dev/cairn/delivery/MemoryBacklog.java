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
import java.util.function.Function;
import java.util.function.Supplier;

import dev.cairn.DropReason;
import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

/**
 * A backlog in memory, bounded in messages and bytes. What does not fit gives way as the
 * options say. Offering takes no lock.
 */
final class MemoryBacklog implements Backlog {

	private static final long ROOM_POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

	private final DeliveryOptions options;

	private final LossLog losses;

	private final QueueRoom room;

	private final Queue<Delivery> queue = new ConcurrentLinkedQueue<>();

	/** Older than the queue; guarded by this. */
	private final Deque<Delivery> ahead = new ArrayDeque<>();

	/** Older than {@link #ahead}; guarded by this. */
	private final RetryLanes retries;

	private final BooleanSupplier closed;

	MemoryBacklog(DeliveryOptions options, LossLog losses, Function<Message, @Nullable Object> laneOf,
			BooleanSupplier closed) {
		this.options = options;
		this.losses = losses;
		this.room = new QueueRoom(options.maxMessages(), options.maxBytes());
		this.retries = new RetryLanes(laneOf, options);
		this.closed = closed;
	}

	@Override
	public boolean offer(Outgoing outgoing) {
		return add(outgoing) != null;
	}

	/** Returns the delivery, or {@code null} if the message was not accepted. */
	@Nullable Delivery add(Outgoing outgoing) {
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
		while (!reserved && !this.closed.getAsBoolean() && this.room.canEverHold(weight)
				&& System.nanoTime() - deadline < 0 && !Thread.currentThread().isInterrupted()) {
			LockSupport.parkNanos(this, ROOM_POLL_NANOS);
			// Room that closing the sink has made is of no use
			reserved = !this.closed.getAsBoolean() && this.room.reserve(weight);
		}
		return reserved;
	}

	@Override
	public synchronized List<Delivery> next(int most) {
		List<Delivery> batch = this.retries.next(most);
		fill(batch, most, this::poll);
		return batch;
	}

	/** Adds deliveries to a batch, but for those of lanes that wait for a retry. */
	synchronized void fill(List<Delivery> batch, int most, Supplier<@Nullable Delivery> source) {
		Delivery delivery = (batch.size() < most && !this.retries.blocksAll(batch)) ? source.get() : null;
		while (delivery != null) {
			this.retries.add(delivery, batch);
			delivery = (batch.size() < most) ? source.get() : null;
		}
	}

	/** Takes only what waits for a retry. */
	synchronized List<Delivery> nextRetries(int most) {
		return this.retries.next(most);
	}

	/** Takes what was not tried yet, in order. */
	synchronized List<Delivery> takeFresh(int most) {
		List<Delivery> taken = new ArrayList<>();
		Delivery delivery = (most > 0) ? poll() : null;
		while (delivery != null) {
			taken.add(delivery);
			delivery = (taken.size() < most) ? poll() : null;
		}
		return taken;
	}

	/** Takes what has failed and is not on disk, in order. */
	synchronized List<Delivery> takeRetries() {
		return this.retries.takeAll();
	}

	/** Takes what is not on disk, in order. */
	synchronized List<Delivery> takeAll() {
		List<Delivery> taken = takeRetries();
		taken.addAll(takeFresh(Integer.MAX_VALUE));
		return taken;
	}

	/** Puts back what {@link #takeFresh} has taken. */
	synchronized void putBack(List<Delivery> deliveries) {
		for (int i = deliveries.size() - 1; i >= 0; i--) {
			this.ahead.addFirst(deliveries.get(i));
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

	@Override
	public synchronized void settled(List<Delivery> batch) {
		this.retries.settled(batch);
	}

	@Override
	public void expire(List<Delivery> deliveries) {
		long now = System.nanoTime();
		long longest = DeliveryOptions.nanos(this.options.giveUpAfter());
		String error = this.losses.channel().balance().lastError();
		for (Delivery delivery : deliveries) {
			if (now - delivery.firstAttempt() > longest) {
				delivery.drop(DropReason.EXPIRED, (error != null) ? error : "");
			}
		}
	}

	@Override
	public synchronized boolean isRetrying() {
		return this.retries.isRetrying();
	}

	@Override
	public synchronized void giveBack(List<Delivery> batches) {
		this.retries.giveBack(batches);
	}

	@Override
	public synchronized long nanosUntilNext() {
		return this.retries.nanosUntilNext();
	}

	@Override
	public boolean isQueueEmpty() {
		return this.queue.isEmpty();
	}

	boolean isHalfFull() {
		return this.room.isHalfFull();
	}

	@Override
	public boolean hasJustBecomeHalfFull() {
		return this.room.hasJustBecomeHalfFull();
	}

	@Override
	public long size() {
		return this.room.messages();
	}

	@Override
	public boolean keepsRest() {
		return false;
	}

	@Override
	public long close(List<Delivery> onTheirWay, long deadline) {
		onTheirWay.forEach((delivery) -> delivery.drop(DropReason.SHUTDOWN, ""));
		abandon();
		return 0;
	}

	@Override
	public void abandon() {
		takeAll().forEach((delivery) -> delivery.drop(DropReason.SHUTDOWN, ""));
	}

}
