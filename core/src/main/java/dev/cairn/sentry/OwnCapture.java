package dev.cairn.sentry;

import java.util.function.Supplier;

/**
 * Distinguishes Cairn's own events from those that the application captures directly,
 * while Sentry's client processes them on the calling thread.
 */
final class OwnCapture {

	private static final ThreadLocal<Boolean> ACTIVE = new ThreadLocal<>();

	private OwnCapture() {
	}

	static <T> T run(Supplier<T> capture) {
		ACTIVE.set(true);
		try {
			return capture.get();
		}
		finally {
			ACTIVE.remove();
		}
	}

	/** Returns whether the calling thread captures for Cairn. */
	static boolean isActive() {
		return Boolean.TRUE.equals(ACTIVE.get());
	}

}
