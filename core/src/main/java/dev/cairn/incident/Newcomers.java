package dev.cairn.incident;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

import dev.cairn.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Failures of types of which none came for a while, so that each is sure to be the first
 * of its kind and goes out at once. Of which kind it is matters only to the next one, and
 * is found out by another thread: making up the frames of a throwable costs the JVM more
 * than all the rest of a report. Thread-safe, bounded.
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

	private final ScheduledThreadPoolExecutor reader;

	Newcomers(IncidentOptions options, Fingerprints fingerprints, Groups groups, ScheduledThreadPoolExecutor reader) {
		this.absenceNanos = INTERVALS * TimeUnit.NANOSECONDS.convert(options.interval());
		this.quietNanos = Math.max(this.absenceNanos, TimeUnit.NANOSECONDS.convert(options.quiet()));
		this.fingerprints = fingerprints;
		this.groups = groups;
		this.reader = reader;
	}

	/**
	 * Whether a failure is the first of its kind for a while. If it is, the caller sends
	 * it, and its kind is being found out. If it is not, the kinds of those before are
	 * known when this returns.
	 * @param types the types of it and of its causes
	 * @param failure the failure
	 */
	boolean isFirst(long types, Failure failure) {
		Family family = family(types);
		return family != null && family.isFirst(failure);
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
		if (known != null && !known.isQuiet()) {
			return null;
		}
		Family opened = new Family(types);
		if (this.families.compareAndSet(slot, known, opened)) {
			return opened;
		}
		Family winner = this.families.get(slot);
		return (winner != null && winner.types == types) ? winner : null;
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

		private boolean isFirst(Failure failure) {
			long now = System.nanoTime();
			if (isAbsent(now) && this.unread.get() == null && comes(new Unread(failure, now))) {
				return true;
			}
			Unread before = this.unread.get();
			if (before != null) {
				read(before);
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
			}
			try {
				Newcomers.this.reader.execute(() -> read(newcomer));
			}
			catch (RejectedExecutionException ex) {
				// Everything ends; nobody comes after it
				forget(newcomer);
			}
			return true;
		}

		private void forget(Unread newcomer) {
			synchronized (newcomer) {
				if (this.unread.compareAndSet(newcomer, null)) {
					Newcomers.this.groups.withdraw();
				}
			}
		}

		private void read(Unread newcomer) {
			synchronized (newcomer) {
				if (this.unread.get() == newcomer) {
					Newcomers.this.groups.open(Newcomers.this.fingerprints.of(newcomer.failure), newcomer.sent);
					this.unread.set(null);
				}
			}
		}

		private void saw() {
			this.lastSeen = System.nanoTime();
		}

		private boolean isAbsent(long now) {
			return now - this.lastSeen >= Newcomers.this.absenceNanos;
		}

		private boolean isQuiet() {
			return this.unread.get() == null && System.nanoTime() - this.lastSeen >= Newcomers.this.quietNanos;
		}

	}

	/**
	 * A failure whose kind is not known.
	 *
	 * @param failure the failure
	 * @param sent when it was sent
	 */
	private record Unread(Failure failure, long sent) {

	}

}
