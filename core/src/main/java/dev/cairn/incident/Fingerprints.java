package dev.cairn.incident;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import dev.cairn.ApplicationFrames;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Computes the kind of a failure: a 64-bit hash (FNV-1a) over the types of a throwable
 * and its causes and over the application's own frames in them, or over a text without
 * its digits.
 * <p>
 * Reading the frames of a throwable is the most expensive part of a capture. In a storm
 * of failures with the same types and messages only a sample of them is read, see
 * {@link Signature}. Thread-safe and bounded.
 */
final class Fingerprints {

	private static final long OFFSET = 0xcbf2_9ce4_8422_2325L;

	private static final long PRIME = 0x100_0000_01b3L;

	/** Frames beyond are recursion, or of the framework that called the application. */
	private static final int MAX_FRAMES = 10;

	private static final int MAX_TEXT = 200;

	/** A newer signature replaces an older one in its slot. */
	private static final int MAX_SIGNATURES = 1024;

	private final AtomicReferenceArray<@Nullable Signature> signatures = new AtomicReferenceArray<>(MAX_SIGNATURES);

	private final ApplicationFrames application;

	Fingerprints(ApplicationFrames application) {
		this.application = application;
	}

	/** Returns the kind of a failure without a throwable. */
	long of(String text) {
		return text(OFFSET, text);
	}

	/** Returns the kind of a failure with a throwable. */
	long of(Throwable thrown) {
		List<Throwable> chain = Throwables.chain(thrown);
		long hash = typesAndMessages(chain);
		int slot = (int) Math.floorMod(hash, (long) MAX_SIGNATURES);
		Signature known = this.signatures.get(slot);
		if (known != null && known.hash != hash) {
			known = null;
		}
		if (known != null && known.isReliable()) {
			return known.fingerprint;
		}
		long fingerprint = typesAndFrames(chain);
		if (known == null || known.fingerprint != fingerprint) {
			this.signatures.set(slot, new Signature(hash, fingerprint));
		}
		return fingerprint;
	}

	private static long typesAndMessages(List<Throwable> chain) {
		long hash = OFFSET;
		for (Throwable thrown : chain) {
			String message = Throwables.message(thrown);
			hash = text(mix(hash, thrown.getClass().getName().hashCode()), (message != null) ? message : "");
		}
		return hash;
	}

	private long typesAndFrames(List<Throwable> chain) {
		long hash = OFFSET;
		for (Throwable thrown : chain) {
			hash = frames(mix(hash, thrown.getClass().getName().hashCode()), Throwables.frames(thrown));
		}
		return hash;
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
	 * The types and messages of failures, and the fingerprint that they have had so far.
	 * Once enough failures in a row have confirmed it, only a sample of them is read. One
	 * with another fingerprint makes all of them be read again.
	 */
	private static final class Signature {

		private static final int RELIABLE_AFTER = 32;

		private static final int READ_ONE_IN = 16;

		private final long hash;

		private final long fingerprint;

		private final AtomicInteger seen = new AtomicInteger();

		Signature(long hash, long fingerprint) {
			this.hash = hash;
			this.fingerprint = fingerprint;
		}

		boolean isReliable() {
			int number = this.seen.incrementAndGet();
			return number >= RELIABLE_AFTER && number % READ_ONE_IN != 0;
		}

	}

}
