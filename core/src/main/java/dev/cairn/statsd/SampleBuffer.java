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
 * The samples of one meter between two flushes. Many threads add, one takes them out.
 * Adding allocates nothing and waits for nobody; a lock is taken only when a block is
 * full. What comes beyond the capacity is counted.
 */
final class SampleBuffer {

	/** What no sample may be: a slot that is not written yet. */
	static final long NONE = 0;

	private static final int SMALL = 64;

	private static final int LARGE = 8192;

	/** Empty blocks that are kept for the next burst. */
	private static final int MAX_SPARES = 3;

	/** Spins until a thread that has a slot should have written it. */
	private static final int PATIENCE = 1000;

	private final int capacity;

	private final Runnable hurry;

	private final LongAdder lost = new LongAdder();

	private volatile Block active;

	/** Whether there is no room, so that nobody need ask for it. */
	private volatile boolean exhausted;

	/** Guarded by this. */
	private final Deque<Block> full = new ArrayDeque<>();

	/** Guarded by this. */
	private final Deque<Block> spares = new ArrayDeque<>();

	/**
	 * Those with a slot that was given out and not written yet. For the taking thread.
	 */
	private final Deque<Block> unfinished = new ArrayDeque<>();

	/**
	 * Create a buffer.
	 * @param capacity how many samples it holds, about
	 * @param hurry has the samples taken out soon
	 */
	SampleBuffer(int capacity, Runnable hurry) {
		this.capacity = capacity;
		this.hurry = hurry;
		this.active = new Block(Math.min(SMALL, capacity));
	}

	/** Return whether there was room. */
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

	/**
	 * Take out all samples. For one thread at a time.
	 * @param taker takes them, in no order
	 */
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
			// Whoever comes too late for this one finds the other
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

	/**
	 * See what is waiting, and leave it there. Not while it is taken out.
	 */
	void see(LongConsumer viewer) {
		List<Block> waiting = new ArrayList<>(this.unfinished);
		synchronized (this) {
			waiting.addAll(this.full);
			waiting.add(this.active);
		}
		waiting.forEach((block) -> block.see(viewer));
	}

	/** Return how many were lost since the beginning. */
	long lost() {
		return this.lost.sum();
	}

	/**
	 * Some slots, which are given out one by one.
	 */
	private static final class Block {

		static final int FULL = -1;

		static final int CLOSED = -2;

		/** Added to the cursor of a block that gives out no more slots. */
		private static final long CLOSING = 1L << 40;

		private final AtomicLongArray samples;

		private final AtomicLong cursor = new AtomicLong();

		/** How many slots were given out; known once it is closed. */
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

		/** Return whether every slot that was given out is written and taken. */
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
