package dev.cairn.incident;

import java.util.List;

import dev.cairn.Failure;

/**
 * Tells kinds of failures apart: by the types of a throwable and its causes and by the
 * application's own frames in them, or by a text in which numbers do not matter. A
 * fingerprint is a 64-bit hash (FNV-1a over hash codes); that two kinds share one is as
 * good as impossible among some thousands of them.
 */
final class Fingerprints {

	private static final long OFFSET = 0xcbf2_9ce4_8422_2325L;

	private static final long PRIME = 0x100_0000_01b3L;

	/** Deeper ones are recursion, or tell of the framework above the application. */
	private static final int MAX_FRAMES = 10;

	private static final int MAX_TEXT = 200;

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
		if (thrown == null) {
			return text(OFFSET, failure.text());
		}
		long hash = one(OFFSET, thrown);
		List<Throwable> causes = Throwables.causes(thrown);
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

}
