package dev.cairn.incident;

import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * Failures of types of which none came for a while, so that each is sure to be the first
 * of its kind and goes out at once. Of which kind it is matters only to the next one, who
 * has to find it out: making up the frames of a throwable costs the JVM more than all the
 * rest of a report. Thread-safe, free of locks, bounded; keeps no throwable in memory.
 */
final class Newcomers {

	/** How many combinations of types are known; one beyond is no newcomer. */
	private static final int CAPACITY = 1024;

	/**
	 * What came last may have waited for one interval, and what comes next has to wait
	 * for another one.
	 */
	private static final int INTERVALS = 2;

	private final AtomicReferenceArray<@Nullable Family> families = new AtomicReferenceArray<>(CAPACITY);

	private final long absenceNanos;

	private final long quietNanos;

	private final Fingerprints fingerprints;

	private final Groups groups;

	Newcomers(IncidentOptions options, Fingerprints fingerprints, Groups groups) {
		this.absenceNanos = INTERVALS * TimeUnit.NANOSECONDS.convert(options.interval());
		this.quietNanos = Math.max(this.absenceNanos, TimeUnit.NANOSECONDS.convert(options.quiet()));
		this.fingerprints = fingerprints;
		this.groups = groups;
	}

	/**
	 * Whether a failure is the first of its kind for a while, so that the caller may send
	 * it.
	 * @param types the types of it and of its causes
	 * @param thrown the failure
	 */
	boolean isFirst(long types, Throwable thrown) {
		Family family = family(types);
		return family != null && family.isFirst(thrown);
	}

	/**
	 * A failure that is no newcomer looks for its group. The one before it, should its
	 * kind not be known, has one when this returns.
	 * @param types the types of it and of its causes
	 * @param fingerprint its kind
	 */
	void arrives(long types, long fingerprint) {
		Family family = family(types);
		if (family != null) {
			family.arrives(fingerprint);
		}
	}

	private @Nullable Family family(long types) {
		int slot = slot(types);
		Family known = this.families.get(slot);
		if (known != null && known.types == types) {
			return known;
		}
		if (known != null && !known.isGone(System.nanoTime())) {
			return null;
		}
		Family opened = new Family(types);
		if (this.families.compareAndSet(slot, known, opened)) {
			return opened;
		}
		Family winner = this.families.get(slot);
		return (winner != null && winner.types == types) ? winner : null;
	}

	private static int slot(long types) {
		return (int) Math.floorMod(types, (long) CAPACITY);
	}

	/** Forget those after whom nobody came. */
	void sweep(long now) {
		for (int slot = 0; slot < CAPACITY; slot++) {
			Family family = this.families.get(slot);
			if (family != null) {
				family.sweep(now);
			}
		}
	}

	/**
	 * The failures of the same types.
	 */
	private final class Family {

		private final long types;

		/** The last newcomer, as long as its kind is not known. */
		private final AtomicReference<@Nullable Unread> unread = new AtomicReference<>();

		private final AtomicLong lastSeen = new AtomicLong(System.nanoTime() - Newcomers.this.absenceNanos);

		Family(long types) {
			this.types = types;
		}

		private boolean isFirst(Throwable thrown) {
			long now = System.nanoTime();
			if (!isAbsent(now)) {
				return false;
			}
			Unread before = this.unread.get();
			if (before != null) {
				forget(before, now);
			}
			return Newcomers.this.groups.announce() && comes(new Unread(thrown, now));
		}

		private boolean comes(Unread newcomer) {
			if (!this.unread.compareAndSet(null, newcomer)) {
				Newcomers.this.groups.withdraw();
				return false;
			}
			if (!isAbsent(newcomer.sent)) {
				// Another one has come and gone meanwhile
				remove(newcomer);
				return false;
			}
			saw(newcomer.sent);
			newcomer.decided = true;
			if (Newcomers.this.families.get(slot(this.types)) != this) {
				// Nobody will find it here any more
				remove(newcomer);
			}
			return true;
		}

		private void arrives(long fingerprint) {
			Unread before = this.unread.get();
			if (before != null && before.decided && before.claim()) {
				Throwable thrown = before.get();
				// One that is gone may have been of any kind, so of this one
				Newcomers.this.groups.openAnnounced(
						(thrown != null) ? Newcomers.this.fingerprints.of(thrown) : fingerprint, before.sent);
				remove(before);
			}
			else if (before != null) {
				// Somebody else finds it out; nobody waits for that
				Newcomers.this.groups.open(fingerprint, before.sent);
			}
			saw(System.nanoTime());
		}

		/** Its kind does not matter any more, unless another one comes just now. */
		private void forget(Unread newcomer, long now) {
			if (newcomer.decided && isAbsent(now) && newcomer.claim()) {
				remove(newcomer);
			}
		}

		private void remove(Unread newcomer) {
			if (this.unread.compareAndSet(newcomer, null)) {
				Newcomers.this.groups.withdraw();
			}
		}

		private void saw(long now) {
			this.lastSeen.accumulateAndGet(now, (one, other) -> (one - other > 0) ? one : other);
		}

		private void sweep(long now) {
			Unread newcomer = this.unread.get();
			if (newcomer != null && isQuiet(now)) {
				forget(newcomer, now);
			}
		}

		private boolean isAbsent(long now) {
			return now - this.lastSeen.get() >= Newcomers.this.absenceNanos;
		}

		private boolean isGone(long now) {
			return this.unread.get() == null && isQuiet(now);
		}

		private boolean isQuiet(long now) {
			return now - this.lastSeen.get() >= Newcomers.this.quietNanos;
		}

	}

	/**
	 * A failure whose kind is not known.
	 */
	private static final class Unread extends WeakReference<Throwable> {

		/** When it was sent. */
		private final long sent;

		/** Whether it is sure to be the first. */
		private volatile boolean decided;

		private final AtomicBoolean claimed = new AtomicBoolean();

		Unread(Throwable thrown, long sent) {
			super(thrown);
			this.sent = sent;
		}

		/** Return whether the caller is the one to read it. */
		boolean claim() {
			return this.claimed.compareAndSet(false, true);
		}

	}

}
