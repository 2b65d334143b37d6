package dev.cairn.delivery;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The room for messages in memory, bounded in messages and in bytes. A message holds its
 * room until it is settled, so messages on their way to the destination count too.
 * Thread-safe, without locks.
 */
final class QueueRoom {

	private final int maxMessages;

	private final long maxBytes;

	private final AtomicInteger messages = new AtomicInteger();

	private final AtomicLong bytes = new AtomicLong();

	QueueRoom(int maxMessages, long maxBytes) {
		this.maxMessages = maxMessages;
		this.maxBytes = maxBytes;
	}

	/** Reserves room for one message, if there is any. */
	boolean reserve(int weight) {
		boolean reserved = false;
		if (this.messages.incrementAndGet() <= this.maxMessages) {
			try {
				reserved = this.bytes.addAndGet(weight) <= this.maxBytes;
			}
			catch (StackOverflowError ex) {
				this.messages.decrementAndGet();
				throw ex;
			}
			if (!reserved) {
				this.bytes.addAndGet(-weight);
			}
		}
		if (!reserved) {
			this.messages.decrementAndGet();
		}
		return reserved;
	}

	/** A message that is larger than all the room would only evict the others. */
	boolean canEverHold(int weight) {
		return weight <= this.maxBytes;
	}

	void release(int weight) {
		this.bytes.addAndGet(-weight);
		this.messages.decrementAndGet();
	}

	int messages() {
		return this.messages.get();
	}

	boolean isHalfFull() {
		return this.messages.get() > this.maxMessages / 2 || this.bytes.get() > this.maxBytes / 2;
	}

	/** Returns whether the last reservation has filled the first half. */
	boolean hasJustBecomeHalfFull() {
		return this.messages.get() == this.maxMessages / 2;
	}

}
