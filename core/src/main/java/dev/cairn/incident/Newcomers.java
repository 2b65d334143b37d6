package dev.cairn.incident;

import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * Failures of types of which none came for a while, so that each is sure to be the first
 * of its kind and goes out at once. Of which kind it is matters only to the next one, who
 * has to find it out: making up the frames of a throwable costs the JVM more than all the
 * rest of a report. Thread-safe, bounded; keeps no throwable in memory.
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
	 * it. If it is not, the kinds of those before are known when this returns.
	 * @param types the types of it and of its causes
	 * @param thrown the failure
	 */
	boolean isFirst(long types, Throwable thrown) {
		Family family = family(types);
		return family != null && family.isFirst(thrown);
	}

	/** A failure that goes another way is about to be sent. */
	void saw(long types) {
		Family family = family(types);
		if (family != null) {
			family.saw();
		}
	}

	private @Nullable Family family(long types) {
		int slot = (int) Math.floorMod(types, (long) CAPACITY);
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

		private volatile long lastSeen = System.nanoTime() - Newcomers.this.absenceNanos;

		Family(long types) {
			this.types = types;
		}

		private boolean isFirst(Throwable thrown) {
			long now = System.nanoTime();
			Unread before = this.unread.get();
			if (isAbsent(now)) {
				if (before != null) {
					// It has been so long ago that its kind does not matter any more
					forget(before);
				}
				if (comes(new Unread(thrown, now))) {
					return true;
				}
				before = this.unread.get();
			}
			if (before != null) {
				read(before, thrown);
			}
			this.lastSeen = now;
			return false;
		}

		private boolean comes(Unread newcomer) {
			if (!Newcomers.this.groups.announce()) {
				return false;
			}
			// Whoever finds it here waits until it is sure that it is the first
			synchronized (newcomer) {
				if (!this.unread.compareAndSet(null, newcomer)) {
					Newcomers.this.groups.withdraw();
					return false;
				}
				if (!isAbsent(newcomer.sent)) {
					// Another one has come and gone meanwhile
					forget(newcomer);
					return false;
				}
				this.lastSeen = newcomer.sent;
				return true;
			}
		}

		private void forget(Unread newcomer) {
			synchronized (newcomer) {
				if (this.unread.compareAndSet(newcomer, null)) {
					Newcomers.this.groups.withdraw();
				}
			}
		}

		/** One that is gone may have been of any kind, so of that of the next one. */
		private void read(Unread newcomer, Throwable next) {
			synchronized (newcomer) {
				if (this.unread.get() == newcomer) {
					Throwable thrown = newcomer.get();
					long fingerprint = Newcomers.this.fingerprints.of((thrown != null) ? thrown : next);
					Newcomers.this.groups.open(fingerprint, newcomer.sent);
					this.unread.set(null);
				}
			}
		}

		private void saw() {
			this.lastSeen = System.nanoTime();
		}

		private void sweep(long now) {
			Unread newcomer = this.unread.get();
			if (newcomer != null && isQuiet(now)) {
				forget(newcomer);
			}
		}

		private boolean isAbsent(long now) {
			return now - this.lastSeen >= Newcomers.this.absenceNanos;
		}

		private boolean isGone(long now) {
			return this.unread.get() == null && isQuiet(now);
		}

		private boolean isQuiet(long now) {
			return now - this.lastSeen >= Newcomers.this.quietNanos;
		}

	}

	/**
	 * A failure whose kind is not known.
	 */
	private static final class Unread extends WeakReference<Throwable> {

		/** When it was sent. */
		private final long sent;

		Unread(Throwable thrown, long sent) {
			super(thrown);
			this.sent = sent;
		}

	}

}
