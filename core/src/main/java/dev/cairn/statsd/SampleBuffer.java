package dev.cairn.statsd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/**
 * Samples between two flushes. Many threads add them and one takes them out. Adding
 * allocates nothing and never waits; a lock is taken only when a block is full. Samples
 * beyond the capacity are counted.
 */
final class SampleBuffer {

	/** The content of a slot that is not written yet; no sample has this value. */
	static final long NONE = 0;

	private static final int SMALL = 64;

	private static final int LARGE = 8192;

	/** The number of empty blocks kept for the next burst. */
	private static final int MAX_SPARES = 3;

	/** The number of spins that wait for a thread to write its slot. */
	private static final int PATIENCE = 1000;

	private final int capacity;

	private final Runnable hurry;

	private final LongAdder lost = new LongAdder();

	private volatile Block active;

	/** Whether the buffer is known to be full. */
	private volatile boolean exhausted;

	/** Guarded by this. */
	private final Deque<Block> full = new ArrayDeque<>();

	/** Guarded by this. */
	private final Deque<Block> spares = new ArrayDeque<>();

	/**
	 * Blocks with a slot that was given out and is not written yet. For the taking
	 * thread.
	 */
	private final Deque<Block> unfinished = new ArrayDeque<>();

	/**
	 * Creates a buffer.
	 * @param capacity the approximate number of samples it holds
	 * @param hurry requests that samples are taken out soon
	 */
	SampleBuffer(int capacity, Runnable hurry) {
		this.capacity = capacity;
		this.hurry = hurry;
		this.active = new Block(Math.min(SMALL, capacity));
	}

	/** Adds a sample and returns whether there was room for it. */
	boolean add(long sample) {
		while (true) {
			Block block = this.active;
			int slot = block.next();
			if (slot >= 0) {
				block.samples.setRelease(slot, sample);
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
		if ((this.full.size() + 1) * LARGE > Math.max(this.capacity, LARGE)) {
			this.exhausted = true;
			this.hurry.run();
			return false;
		}
		this.full.add(filled);
		this.active = empty();
		this.hurry.run();
		return true;
	}

	private Block empty() {
		Block spare = this.spares.poll();
		return (spare != null) ? spare : new Block(Math.min(LARGE, this.capacity));
	}

	/** Takes out all samples, in no order. For one thread at a time. */
	void take(LongConsumer taker) {
		for (Iterator<Block> blocks = this.unfinished.iterator(); blocks.hasNext();) {
			Block block = blocks.next();
			if (block.take(taker)) {
				blocks.remove();
				recycle(block);
			}
		}
		for (Block block : close()) {
			if (block.take(taker)) {
				recycle(block);
			}
			else {
				this.unfinished.add(block);
			}
		}
	}

	private synchronized List<Block> close() {
		List<Block> closed = new ArrayList<>(this.full);
		this.full.clear();
		this.exhausted = false;
		Block current = this.active;
		if (!current.isEmpty()) {
			// A thread that comes too late for this block finds the other one
			this.active = (current.size() == LARGE) ? empty() : new Block(current.size());
			closed.add(current);
		}
		closed.forEach(Block::close);
		return closed;
	}

	private synchronized void recycle(Block block) {
		if (block.size() >= LARGE && this.spares.size() < MAX_SPARES) {
			block.reopen();
			this.spares.add(block);
		}
	}

	/** Visits the samples without taking them out. Not while they are taken out. */
	void see(LongConsumer viewer) {
		List<Block> waiting = new ArrayList<>(this.unfinished);
		synchronized (this) {
			waiting.addAll(this.full);
			waiting.add(this.active);
		}
		waiting.forEach((block) -> block.see(viewer));
	}

	/** Returns the number of samples that found no room so far. */
	long lost() {
		return this.lost.sum();
	}

	/**
	 * Slots that are given out one by one.
	 */
	private static final class Block {

		static final int FULL = -1;

		static final int CLOSED = -2;

		/** Added to the cursor of a closed block, which gives out no more slots. */
		private static final long CLOSING = 1L << 40;

		private final AtomicLongArray samples;

		private final AtomicLong cursor = new AtomicLong();

		/** The number of slots that were given out, once the block is closed. */
		private int used;

		private int taken;

		Block(int size) {
			this.samples = new AtomicLongArray(size);
		}

		int size() {
			return this.samples.length();
		}

		boolean isEmpty() {
			return this.cursor.get() == 0;
		}

		int next() {
			long slot = this.cursor.getAndIncrement();
			return (slot < this.samples.length()) ? (int) slot : (slot < CLOSING) ? FULL : CLOSED;
		}

		void close() {
			this.used = (int) Math.min(this.cursor.getAndAdd(CLOSING), this.samples.length());
			this.taken = 0;
		}

		void reopen() {
			this.cursor.set(0);
		}

		/** Takes samples and returns whether all slots that were given out are done. */
		boolean take(LongConsumer taker) {
			for (; this.taken < this.used; this.taken++) {
				long sample = read(this.taken);
				if (sample == NONE) {
					return false;
				}
				this.samples.setPlain(this.taken, NONE);
				taker.accept(sample);
			}
			return true;
		}

		void see(LongConsumer viewer) {
			long given = this.cursor.get();
			int end = (given < this.samples.length()) ? (int) given : this.samples.length();
			for (int i = 0; i < end; i++) {
				long sample = this.samples.getAcquire(i);
				if (sample != NONE) {
					viewer.accept(sample);
				}
			}
		}

		private long read(int slot) {
			long sample = this.samples.getAcquire(slot);
			for (int i = 0; sample == NONE && i < PATIENCE; i++) {
				Thread.onSpinWait();
				sample = this.samples.getAcquire(slot);
			}
			return sample;
		}

	}

}
