package dev.cairn.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * What waits in memory, bounded in objects and bytes. Room is reserved before something
 * is added and given back when it is delivered, dropped or stored elsewhere, so what is
 * being sent counts too. Thread-safe, without locks.
 */
final class DeliveryQueue {

	private final int maxMessages;

	private final long maxBytes;

	private final Queue<Delivery> queue = new ConcurrentLinkedQueue<>();

	private final AtomicInteger held = new AtomicInteger();

	private final AtomicLong heldBytes = new AtomicLong();

	DeliveryQueue(int maxMessages, long maxBytes) {
		this.maxMessages = maxMessages;
		this.maxBytes = maxBytes;
	}

	/**
	 * Ask for room for one object.
	 * @return whether there was some, which is reserved now
	 */
	boolean reserve(int weight) {
		if (this.held.incrementAndGet() <= this.maxMessages) {
			if (this.heldBytes.addAndGet(weight) <= this.maxBytes) {
				return true;
			}
			this.heldBytes.addAndGet(-weight);
		}
		this.held.decrementAndGet();
		return false;
	}

	/** What is larger than the whole queue would only drive out the others. */
	boolean canEverHold(int weight) {
		return weight <= this.maxBytes;
	}

	void release(int weight) {
		this.heldBytes.addAndGet(-weight);
		this.held.decrementAndGet();
	}

	void add(Delivery delivery) {
		this.queue.add(delivery);
	}

	@Nullable Delivery poll() {
		return this.queue.poll();
	}

	/** Take the oldest ones that still are to be delivered. */
	List<Delivery> poll(int most) {
		Delivery delivery = this.queue.poll();
		if (delivery == null) {
			return List.of();
		}
		List<Delivery> taken = new ArrayList<>();
		while (delivery != null) {
			if (!delivery.isSettled()) {
				taken.add(delivery);
			}
			delivery = (taken.size() < most) ? this.queue.poll() : null;
		}
		return taken;
	}

	boolean isEmpty() {
		return this.queue.isEmpty();
	}

	/** How many have room: those that wait, and those that were taken. */
	int held() {
		return this.held.get();
	}

	boolean isHalfFull() {
		return this.held.get() > this.maxMessages / 2 || this.heldBytes.get() > this.maxBytes / 2;
	}

	/** Whether the object that was added last has filled the first half. */
	boolean hasJustBecomeHalfFull() {
		return this.held.get() == this.maxMessages / 2;
	}

}
