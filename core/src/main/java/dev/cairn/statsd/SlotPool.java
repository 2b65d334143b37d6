package dev.cairn.statsd;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;

/**
 * Empty arrays that the buffers of a registry share, so that steady traffic allocates
 * nothing. It keeps few of them: what a burst has needed is given back. Thread-safe.
 */
final class SlotPool {

	/** The maximum number of slots that are kept in arrays of one size. */
	private static final int MAX_SLOTS = 1 << 16;

	/** The arrays, by the logarithm of their lengths. */
	private final Deque<AtomicLongArray>[] arrays;

	@SuppressWarnings("unchecked")
	SlotPool() {
		this.arrays = Stream.generate(ArrayDeque::new).limit(Integer.SIZE).toArray(Deque[]::new);
	}

	/** Returns an array of zeros with at least the given length. */
	AtomicLongArray take(int length) {
		int size = Integer.SIZE - Integer.numberOfLeadingZeros(length - 1);
		synchronized (this) {
			AtomicLongArray pooled = this.arrays[size].poll();
			if (pooled != null) {
				return pooled;
			}
		}
		return new AtomicLongArray(1 << size);
	}

	/** Takes back an array of zeros that is no longer used. */
	synchronized void giveBack(AtomicLongArray array) {
		Deque<AtomicLongArray> same = this.arrays[Integer.numberOfTrailingZeros(array.length())];
		if ((same.size() + 1) * array.length() <= MAX_SLOTS) {
			same.push(array);
		}
	}

}
