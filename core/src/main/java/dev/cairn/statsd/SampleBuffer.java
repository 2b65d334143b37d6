package dev.cairn.statsd;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleConsumer;

/**
 * Samples between two flushes. Many threads add them, without waiting, and one takes them
 * out. A lock is taken only when a block is full. Samples beyond the capacity are
 * counted.
 */
final class SampleBuffer {

	private static final int SMALL = 8;

	/** The maximum number of samples in a block. */
	static final int LARGE = 8192;

	/** How much larger the next block is if one is full. */
	private static final int GROWTH = 8;

	/** The approximate number of samples that the buffer holds. */
	private final int capacity;

	private final SlotPool pool;

	/** Requests that samples are taken out soon. */
	private final Runnable hurry;

	private final LongAdder lost = new LongAdder();

	private volatile Block active;

	/** Whether the buffer is known to be full. */
	private volatile boolean exhausted;

	/** Guarded by this. */
	private final List<Block> full = new ArrayList<>(0);

	/** The number of samples in full blocks. Guarded by this. */
	private int fullSamples;

	/** Closed blocks with samples that were not taken out. For one thread at a time. */
	private final List<Block> closed = new ArrayList<>(0);

	SampleBuffer(int capacity, SlotPool pool, Runnable hurry) {
		this.capacity = capacity;
		this.pool = pool;
		this.hurry = hurry;
		this.active = block(SMALL, capacity);
	}

	private Block block(int size, int room) {
		int limited = Math.min(Math.min(size, LARGE), room);
		return new Block(this.pool.take(limited), limited);
	}

	/** Adds a sample and returns whether there was room for it. */
	boolean add(double sample) {
		while (true) {
			Block block = this.active;
			int slot = block.claim();
			if (slot >= 0) {
				block.write(slot, sample);
				return true;
			}
			if (slot == Block.FULL && (this.exhausted || !extend(block))) {
				this.lost.increment();
				return false;
			}
		}
	}

	private synchronized boolean extend(Block filled) {
		if (this.active != filled) {
			return true;
		}
		int room = this.capacity - this.fullSamples - filled.size;
		if (filled.size >= LARGE || room <= this.capacity / 2) {
			this.hurry.run();
		}
		if (room <= 0) {
			this.exhausted = true;
			return false;
		}
		this.full.add(filled);
		this.fullSamples += filled.size;
		this.active = block(filled.size * GROWTH, room);
		return true;
	}

	/**
	 * Closes the blocks so far and returns how many are to be taken out. For one thread
	 * at a time, as are {@link #take} and {@link #visit}.
	 */
	synchronized int close() {
		Block current = this.active;
		int samples = this.fullSamples + current.count();
		this.closed.addAll(this.full);
		this.full.clear();
		this.fullSamples = 0;
		this.exhausted = false;
		if (current.count() > 0 || current.size > SMALL) {
			// A thread that comes too late for this block finds the other one. A meter
			// that was busy once does not keep the memory for it
			this.active = block(Math.max(SMALL, samples), this.capacity);
			this.closed.add(current);
		}
		this.closed.forEach(Block::close);
		return this.closed.size();
	}

	/**
	 * Takes out the samples of a closed block, in no order, and returns their number.
	 * Those that are not written yet, although their slot is claimed, stay.
	 */
	int take(double[] samples) {
		Block block = this.closed.remove(0);
		int count = block.take(samples);
		if (block.taken == block.used) {
			this.pool.giveBack(block.slots);
		}
		else {
			this.closed.add(block);
		}
		return count;
	}

	/** Visits the samples without taking them out. */
	void visit(DoubleConsumer visitor) {
		List<Block> waiting = new ArrayList<>(this.closed);
		synchronized (this) {
			waiting.addAll(this.full);
			waiting.add(this.active);
		}
		waiting.forEach((block) -> block.visit(visitor));
	}

	/** Returns the number of samples that found no room so far. */
	long lost() {
		return this.lost.sum();
	}

	/**
	 * Slots that are claimed one by one. A slot contains the complement of the bits of
	 * its sample, which is never zero, or zero before it is written. The slots are used
	 * again, but not the block, so a thread that holds an old one cannot claim any.
	 */
	private static final class Block {

		static final int FULL = -1;

		static final int CLOSED = -2;

		/** Added to the cursor of a closed block, of which no slot can be claimed. */
		private static final long CLOSING = 1L << 40;

		private final AtomicLongArray slots;

		private final int size;

		private final AtomicLong cursor = new AtomicLong();

		/** The number of claimed slots, once the block is closed. */
		private int used;

		private int taken;

		Block(AtomicLongArray slots, int size) {
			this.slots = slots;
			this.size = size;
		}

		int count() {
			return (int) Math.min(this.cursor.get(), this.size);
		}

		int claim() {
			long slot = this.cursor.getAndIncrement();
			return (slot < this.size) ? (int) slot : (slot < CLOSING) ? FULL : CLOSED;
		}

		void write(int slot, double sample) {
			this.slots.setRelease(slot, ~Double.doubleToRawLongBits(sample));
		}

		void close() {
			if (this.cursor.get() < CLOSING) {
				this.used = (int) Math.min(this.cursor.getAndAdd(CLOSING), this.size);
			}
		}

		/** Takes samples up to the first slot that was claimed and is not written. */
		int take(double[] samples) {
			int count = 0;
			for (; this.taken < this.used; this.taken++) {
				long content = this.slots.getAcquire(this.taken);
				if (content == 0) {
					break;
				}
				this.slots.setPlain(this.taken, 0);
				samples[count++] = Double.longBitsToDouble(~content);
			}
			return count;
		}

		void visit(DoubleConsumer visitor) {
			int end = count();
			for (int i = 0; i < end; i++) {
				long content = this.slots.getAcquire(i);
				if (content != 0) {
					visitor.accept(Double.longBitsToDouble(~content));
				}
			}
		}

	}

}
