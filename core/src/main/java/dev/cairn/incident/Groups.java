package dev.cairn.incident;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Lets one message through for each kind of failure, at once, and then one an interval,
 * each standing for those that came meanwhile. Bounded: kinds beyond the limit share one
 * group. Thread-safe; callers do not wait for each other.
 */
final class Groups {

	/** How long a thread may take from announcing a message to having built it. */
	private static final long NOT_READY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

	private final long intervalNanos;

	private final long quietNanos;

	private final int capacity;

	private final ConcurrentMap<Long, Group> groups = new ConcurrentHashMap<>();

	/** Kinds for which there will be a group in a moment. */
	private final AtomicInteger announced = new AtomicInteger();

	private final Group others = new Group(true);

	/** A text is counted when it is sent, a throwable when it comes. */
	private final Group otherTexts = new Group(true);

	private final ScheduledThreadPoolExecutor timer;

	private final AtomicBoolean sweeping = new AtomicBoolean();

	private volatile LongConsumer alsoSweep = (now) -> {
	};

	private volatile boolean closed;

	Groups(IncidentOptions options, ScheduledThreadPoolExecutor timer) {
		this.intervalNanos = TimeUnit.NANOSECONDS.convert(options.interval());
		this.quietNanos = TimeUnit.NANOSECONDS.convert(options.quiet());
		this.capacity = options.groups();
		this.timer = timer;
	}

	/** Whether it matters of which kind a failure is. */
	boolean isGrouping() {
		return this.intervalNanos > 0;
	}

	/**
	 * Send a message now, or let it wait for its turn, or have another one stand for it.
	 * @param fingerprint the kind of failure
	 * @param fresh the message
	 * @param waitNanos how long it waits in any case
	 * @return the message that stands for the failure, and its group
	 */
	Place arrive(long fingerprint, Held fresh, long waitNanos) {
		if (this.closed || (this.intervalNanos == 0 && waitNanos == 0)) {
			fresh.send(Map.of());
			return new Place(fresh, null);
		}
		Group group = group(fingerprint, false);
		return ((group != null) ? group : fresh.isText() ? this.otherTexts : this.others).arrive(fresh, waitNanos);
	}

	private @Nullable Group group(long fingerprint, boolean announced) {
		Group known = this.groups.get(fingerprint);
		if (known != null) {
			return known;
		}
		if (isFull() && !announced) {
			return null;
		}
		Group opened = new Group(false);
		Group winner = this.groups.putIfAbsent(fingerprint, opened);
		sweepLater();
		return (winner != null) ? winner : opened;
	}

	private boolean isFull() {
		return this.groups.size() + this.announced.get() >= this.capacity;
	}

	/**
	 * Take the place of a kind that is yet to be found out.
	 * @return {@code false} when there is none left
	 */
	boolean announce() {
		if (isFull()) {
			return false;
		}
		this.announced.incrementAndGet();
		sweepLater();
		return true;
	}

	/** Give the place back. */
	void withdraw() {
		this.announced.decrementAndGet();
	}

	/**
	 * The kind that was announced is known; its place is still to be given back.
	 * @param fingerprint the kind
	 * @param sent when its message was sent
	 */
	void openAnnounced(long fingerprint, long sent) {
		Objects.requireNonNull(group(fingerprint, true)).open(sent);
	}

	/**
	 * A message went out that may have been of this kind.
	 * @param fingerprint the kind
	 * @param sent when it was sent
	 */
	void open(long fingerprint, long sent) {
		Group group = group(fingerprint, false);
		if (group != null) {
			group.open(sent);
		}
	}

	private void sweepLater() {
		if (this.sweeping.compareAndSet(false, true)) {
			later(this::sweep, Math.max(this.quietNanos, NOT_READY_NANOS));
		}
	}

	private void sweep() {
		long now = System.nanoTime();
		this.groups.values().removeIf((group) -> group.isQuiet(now));
		this.alsoSweep.accept(now);
		this.sweeping.set(false);
		if (size() > 0) {
			sweepLater();
		}
	}

	private boolean later(Runnable task, long nanos) {
		try {
			this.timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
			return true;
		}
		catch (RejectedExecutionException | OutOfMemoryError | StackOverflowError ex) {
			// Closed, or there is no thread to be had
			return false;
		}
	}

	/**
	 * Have something else swept at the same times, which are nanoseconds of the clock.
	 */
	void alsoSweep(LongConsumer sweep) {
		this.alsoSweep = sweep;
	}

	/** Return how many kinds of failure are told apart at the moment. */
	int size() {
		return this.groups.size() + this.announced.get();
	}

	/** Send all that wait. */
	void flush() {
		this.groups.values().forEach(Group::flush);
		this.others.flush();
		this.otherTexts.flush();
	}

	void close() {
		this.closed = true;
		flush();
	}

	/**
	 * Where a failure went.
	 *
	 * @param held the message that stands for it
	 * @param group the group in which it waits; {@code null} when it went out at once
	 */
	record Place(Held held, @Nullable Group group) {

		/**
		 * Take the failure back: another one is the same.
		 * @return the id of the message when nothing else stood behind it
		 */
		@Nullable String takeBack() {
			if (this.group == null || this.held.leave() != 0) {
				return null;
			}
			this.group.withdraw(this.held);
			return this.held.incident().id();
		}

	}

	/**
	 * Failures of one kind.
	 */
	final class Group {

		private final Map<String, Object> remark;

		private final AtomicLong nextSlot = new AtomicLong(System.nanoTime());

		private final AtomicReference<@Nullable Held> waiting = new AtomicReference<>();

		private volatile long lastSeen = System.nanoTime();

		Group(boolean mixed) {
			this.remark = mixed ? Map.of("mixed", true) : Map.of();
		}

		private void open(long sent) {
			long slot = sent + Groups.this.intervalNanos;
			this.nextSlot.accumulateAndGet(slot, (one, other) -> (one - other > 0) ? one : other);
			this.lastSeen = sent;
		}

		private Place arrive(Held fresh, long waitNanos) {
			while (true) {
				long now = System.nanoTime();
				this.lastSeen = now;
				Held other = this.waiting.get();
				if (other != null) {
					if (fresh.join(other)) {
						fresh.incident().isSameAs(other.incident());
						return new Place(other, this);
					}
					// It is being sent, by a thread that clears it first or withdraws it
					this.waiting.compareAndSet(other, null);
					continue;
				}
				long slot = this.nextSlot.get();
				boolean free = now - slot >= 0;
				if (free && waitNanos == 0) {
					if (this.nextSlot.compareAndSet(slot, now + Groups.this.intervalNanos)) {
						fresh.send(this.remark);
						return new Place(fresh, null);
					}
				}
				else if (this.waiting.compareAndSet(null, fresh)) {
					return hold(fresh, Math.max(free ? 0 : slot - now, waitNanos));
				}
			}
		}

		private Place hold(Held fresh, long nanos) {
			try {
				fresh.prepare();
			}
			finally {
				// Or else those that come after it would wait for ever
				if (!later(() -> release(fresh), nanos) || Groups.this.closed) {
					release(fresh);
				}
			}
			return new Place(fresh, this);
		}

		private void release(Held held) {
			if (!held.isReady() && !Groups.this.closed && later(() -> release(held), NOT_READY_NANOS)) {
				return;
			}
			held.awaitReady();
			if (this.waiting.get() == held) {
				// Before it makes room
				open(System.nanoTime());
			}
			if (this.waiting.compareAndSet(held, null)) {
				held.send(this.remark);
			}
		}

		private void flush() {
			Held held = this.waiting.get();
			if (held != null) {
				release(held);
			}
		}

		/** Take out what stands for nothing any more. */
		void withdraw(Held held) {
			this.waiting.compareAndSet(held, null);
		}

		boolean isQuiet(long now) {
			return now - this.lastSeen >= Groups.this.quietNanos && this.waiting.get() == null
					&& now - this.nextSlot.get() >= 0;
		}

	}

}
