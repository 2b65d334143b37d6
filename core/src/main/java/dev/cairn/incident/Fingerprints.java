package dev.cairn.incident;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import dev.cairn.ApplicationFrames;
import dev.cairn.Failure;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Tells kinds of failures apart: by the types of a throwable and its causes and by the
 * application's own frames in them, or by a text in which numbers do not matter. A
 * fingerprint is a 64-bit hash (FNV-1a over hash codes); that two kinds share one is as
 * good as impossible among some thousands of them.
 * <p>
 * Making up the frames of a throwable costs the JVM more than all the rest of a report.
 * In a storm of failures that say the same they are therefore read of some only, see
 * {@link Habit}. Thread-safe, bounded.
 */
final class Fingerprints {

	private static final long OFFSET = 0xcbf2_9ce4_8422_2325L;

	private static final long PRIME = 0x100_0000_01b3L;

	/** Deeper ones are recursion, or tell of the framework above the application. */
	private static final int MAX_FRAMES = 10;

	private static final int MAX_TEXT = 200;

	/** How many texts are kept in mind; a newer one takes the place of an older one. */
	private static final int MAX_HABITS = 1024;

	/** What failures say, and which of them were of one place so far. */
	private final AtomicReferenceArray<@Nullable Habit> habits = new AtomicReferenceArray<>(MAX_HABITS);

	private final ApplicationFrames application;

	Fingerprints(ApplicationFrames application) {
		this.application = application;
	}

	/**
	 * Return the fingerprint of a failure.
	 * @param failure what happened
	 */
	long of(Failure failure) {
		Throwable thrown = failure.thrown();
		return (thrown != null) ? of(thrown) : text(OFFSET, failure.text());
	}

	/**
	 * Return the fingerprint of a throwable.
	 * @param thrown what was thrown
	 */
	long of(Throwable thrown) {
		List<Throwable> causes = Throwables.causes(thrown);
		long said = said(thrown, causes);
		int slot = (int) Math.floorMod(said, (long) MAX_HABITS);
		Habit habit = this.habits.get(slot);
		boolean known = habit != null && habit.said == said;
		if (habit != null && known && habit.isReliable()) {
			return habit.fingerprint;
		}
		long read = read(thrown, causes);
		if (habit != null && known && habit.fingerprint == read) {
			habit.confirm();
		}
		else {
			this.habits.set(slot, new Habit(said, read));
		}
		return read;
	}

	/**
	 * Return what is cheap to know of a fingerprint: failures with different types are of
	 * different kinds.
	 * @param thrown what was thrown
	 */
	static long types(Throwable thrown) {
		long hash = mix(OFFSET, thrown.getClass().getName().hashCode());
		for (Throwable cause : Throwables.causes(thrown)) {
			hash = mix(hash, cause.getClass().getName().hashCode());
		}
		return hash;
	}

	/** What is cheap to read of it: types and messages. */
	private static long said(Throwable thrown, List<Throwable> causes) {
		long hash = saidByOne(OFFSET, thrown);
		for (Throwable cause : causes) {
			hash = saidByOne(hash, cause);
		}
		return hash;
	}

	private static long saidByOne(long hash, Throwable thrown) {
		String message = Throwables.message(thrown);
		return text(mix(hash, thrown.getClass().getName().hashCode()), (message != null) ? message : "");
	}

	/** What is costly to read: the frames, which the JVM has to make up first. */
	private long read(Throwable thrown, List<Throwable> causes) {
		long hash = one(OFFSET, thrown);
		for (Throwable cause : causes) {
			hash = one(hash, cause);
		}
		return hash;
	}

	private long one(long hash, Throwable thrown) {
		return frames(mix(hash, thrown.getClass().getName().hashCode()), Throwables.frames(thrown));
	}

	private long frames(long start, StackTraceElement[] frames) {
		long hash = start;
		int found = 0;
		for (int i = 0; i < frames.length && found < MAX_FRAMES; i++) {
			StackTraceElement frame = frames[i];
			if (this.application.contains(frame.getClassName())) {
				found++;
				hash = mix(hash, frame.getClassName().hashCode());
				hash = mix(hash, frame.getMethodName().hashCode());
				hash = mix(hash, frame.getLineNumber());
			}
		}
		return (found == 0 && frames.length > 0) ? mix(hash, frames[0].hashCode()) : hash;
	}

	private static long text(long start, String text) {
		long hash = start;
		for (int i = 0; i < Math.min(text.length(), MAX_TEXT); i++) {
			char c = text.charAt(i);
			if (!Character.isDigit(c)) {
				hash = mix(hash, c);
			}
		}
		return hash;
	}

	private static long mix(long hash, int value) {
		return (hash ^ value) * PRIME;
	}

	/**
	 * In a storm most failures of one type that say the same come from the same place.
	 * Once enough of them in a row did, the frames of one in some are read; a single one
	 * from elsewhere makes all of them be read again.
	 */
	private static final class Habit {

		/** As many in a row make a habit. */
		private static final int ENOUGH = 32;

		/** Of a habit one in as many is read. */
		private static final int READ_ONE_IN = 16;

		private final long said;

		private final long fingerprint;

		private final AtomicInteger inARow = new AtomicInteger(1);

		private final AtomicInteger asked = new AtomicInteger();

		Habit(long said, long fingerprint) {
			this.said = said;
			this.fingerprint = fingerprint;
		}

		boolean isReliable() {
			return this.inARow.get() >= ENOUGH && this.asked.incrementAndGet() % READ_ONE_IN != 0;
		}

		void confirm() {
			if (this.inARow.get() < ENOUGH) {
				this.inARow.incrementAndGet();
			}
		}

	}

}
