package dev.cairn.console;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * The timelines that are held, within a number of bytes. Once they are full, messages of
 * other processes take at most a quarter, so that neither these nor the work of this
 * process displaces the other. Of the rest, the oldest ordinary timelines leave first.
 * Slow and failed ones stay longer, as long as they take at most three quarters. Work
 * that never ends is given up last. Thread-safe.
 */
final class Timelines {

	private static final int SHARE_OF_ONE = 8;

	private static final int SHARE_OF_OTHERS = 4;

	private final long maxBytes;

	private final AtomicLong used = new AtomicLong();

	private final AtomicLong number = new AtomicLong();

	private final LongAdder evicted = new LongAdder();

	private final ConcurrentSkipListMap<Long, Timeline> active = new ConcurrentSkipListMap<>();

	/** Guarded by this. */
	private final Deque<Timeline> ordinary = new ArrayDeque<>();

	/** Slow and failed ones; guarded by this. */
	private final Deque<Timeline> kept = new ArrayDeque<>();

	/** The weight of those that are kept, when they have ended; guarded by this. */
	private long keptBytes;

	/** Messages of other processes, one each; guarded by this. */
	private final Deque<Timeline> received = new ArrayDeque<>();

	/** The weight of those that are received; guarded by this. */
	private long receivedBytes;

	Timelines(long maxBytes) {
		this.maxBytes = maxBytes;
	}

	/** Returns the maximum weight of one timeline. */
	int maxWeight() {
		return (int) Math.min(this.maxBytes / SHARE_OF_ONE, Integer.MAX_VALUE / 2);
	}

	Timeline prepare(UnitOfWork.@Nullable Kind kind, String name, Instant start) {
		return new Timeline(this, this.number.incrementAndGet(), kind, name, start);
	}

	void began(Timeline timeline) {
		this.active.put(timeline.number, timeline);
	}

	void ended(Timeline timeline, boolean keep) {
		this.active.remove(timeline.number);
		int weight = timeline.weight();
		synchronized (this) {
			(keep ? this.kept : this.ordinary).addLast(timeline);
			this.keptBytes += keep ? weight : 0;
		}
	}

	/** Holds a message of another process, to which nothing is added any more. */
	synchronized void received(Timeline timeline) {
		this.received.addLast(timeline);
		this.receivedBytes += timeline.weight();
	}

	/** Makes room. Returns {@code false} if there is none even without all others. */
	boolean reserve(int bytes) {
		while (this.used.addAndGet(bytes) > this.maxBytes) {
			this.used.addAndGet(-bytes);
			Timeline oldest = oldest();
			if (oldest == null) {
				return false;
			}
			oldest.leave();
			this.evicted.increment();
		}
		return true;
	}

	/** Adds what is held already. */
	void add(int bytes) {
		this.used.addAndGet(bytes);
	}

	void release(int bytes) {
		this.used.addAndGet(-bytes);
	}

	private @Nullable Timeline oldest() {
		synchronized (this) {
			boolean endedOnes = !this.kept.isEmpty() || !this.ordinary.isEmpty();
			if (!this.received.isEmpty() && (!endedOnes || this.receivedBytes > this.maxBytes / SHARE_OF_OTHERS)) {
				Timeline oldest = this.received.removeFirst();
				this.receivedBytes -= oldest.weight();
				return oldest;
			}
			boolean tooMany = this.keptBytes > (this.maxBytes - this.receivedBytes) / 4 * 3;
			if (!this.kept.isEmpty() && (tooMany || this.ordinary.isEmpty())) {
				Timeline oldest = this.kept.removeFirst();
				this.keptBytes = this.kept.isEmpty() ? 0 : this.keptBytes - oldest.weight();
				return oldest;
			}
			if (!this.ordinary.isEmpty()) {
				return this.ordinary.removeFirst();
			}
		}
		var oldest = this.active.pollFirstEntry();
		return (oldest != null) ? oldest.getValue() : null;
	}

	/** Returns all that are held, the newest first. */
	List<Timeline> newestFirst() {
		List<Timeline> all = new ArrayList<>(this.active.values());
		synchronized (this) {
			all.addAll(this.ordinary);
			all.addAll(this.kept);
			all.addAll(this.received);
		}
		all.sort(Comparator.comparingLong((Timeline each) -> each.number).reversed());
		return all;
	}

	long activeRequests() {
		return this.active.values().stream().filter((each) -> each.kind == UnitOfWork.Kind.REQUEST).count();
	}

	synchronized int held() {
		return this.active.size() + this.ordinary.size() + this.kept.size() + this.received.size();
	}

	long used() {
		return this.used.get();
	}

	long maxBytes() {
		return this.maxBytes;
	}

	long evicted() {
		return this.evicted.sum();
	}

}
