package dev.cairn.sentry;

import java.util.function.Supplier;

import dev.cairn.internal.Extensions;

/**
 * Distinguishes Cairn's own events from those that the application captures directly,
 * while Sentry's client processes them on the calling thread.
 */
final class OwnCapture {

	private OwnCapture() {
	}

	static <T> T run(Supplier<T> capture) {
		return Extensions.within(OwnCapture.class, capture);
	}

	/** Returns whether the calling thread captures for Cairn. */
	static boolean isActive() {
		return Extensions.isWithin(OwnCapture.class);
	}

}
