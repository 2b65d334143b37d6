package dev.cairn.delivery;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The room for messages in memory, in messages and bytes, until they are settled.
 * Thread-safe, without locks. Both numbers are kept in one, so a call that ends at the
 * end of the stack changes either both or none.
 */
final class QueueRoom {

	private static final int BYTES_BITS = 37;

	private static final long ONE_MESSAGE = 1L << BYTES_BITS;

	private static final long BYTES_MASK = ONE_MESSAGE - 1;

	/** Half of what fits, so that the sum with a further message does, too. */
	private static final long MOST_BYTES = ONE_MESSAGE / 2;

	private static final int MOST_MESSAGES = 1 << (Long.SIZE - 2 - BYTES_BITS);

	private final int maxMessages;

	private final long maxBytes;

	private final AtomicLong used = new AtomicLong();

	QueueRoom(int maxMessages, long maxBytes) {
		this.maxMessages = Math.min(maxMessages, MOST_MESSAGES);
		this.maxBytes = Math.min(maxBytes, MOST_BYTES);
	}

	/** Reserves room for one message, if there is any. */
	boolean reserve(int weight) {
		long now = this.used.get();
		while (fits(now + ONE_MESSAGE + weight)) {
			if (this.used.compareAndSet(now, now + ONE_MESSAGE + weight)) {
				return true;
			}
			now = this.used.get();
		}
		return false;
	}

	private boolean fits(long next) {
		return next >>> BYTES_BITS <= this.maxMessages && (next & BYTES_MASK) <= this.maxBytes;
	}

	/** A message that is larger than all the room would only evict the others. */
	boolean canEverHold(int weight) {
		return weight <= this.maxBytes;
	}

	void release(int weight) {
		this.used.addAndGet(-ONE_MESSAGE - weight);
	}

	int messages() {
		return (int) (this.used.get() >>> BYTES_BITS);
	}

	boolean isHalfFull() {
		long now = this.used.get();
		return now >>> BYTES_BITS > this.maxMessages / 2 || (now & BYTES_MASK) > this.maxBytes / 2;
	}

	/** Returns whether the last reservation has filled the first half. */
	boolean hasJustBecomeHalfFull() {
		return messages() == this.maxMessages / 2;
	}

}
