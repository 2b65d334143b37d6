package dev.cairn.sentry;

import java.util.function.Supplier;

/**
 * Tells Cairn's own events from those that the application captures by itself, while
 * Sentry's client works on one.
 */
final class OwnCapture {

	private static final ThreadLocal<Boolean> active = new ThreadLocal<>();

	private OwnCapture() {
	}

	static <T> T run(Supplier<T> capture) {
		active.set(true);
		try {
			return capture.get();
		}
		finally {
			active.remove();
		}
	}

	/** Whether the calling thread captures for Cairn. */
	static boolean isActive() {
		return Boolean.TRUE.equals(active.get());
	}

}
