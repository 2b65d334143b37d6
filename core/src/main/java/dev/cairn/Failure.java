package dev.cairn;

import org.jspecify.annotations.Nullable;

/**
 * A failure to be captured: a throwable, or a text if there is none.
 *
 * @param thrown the throwable, or {@code null} if there is none
 * @param text the description of a failure without a throwable, else empty
 */
public record Failure(@Nullable Throwable thrown, String text) {

	/**
	 * Returns a failure with a throwable.
	 * @param thrown the throwable
	 * @return the failure
	 */
	public static Failure of(Throwable thrown) {
		return new Failure(thrown, "");
	}

	/**
	 * Returns a failure without a throwable.
	 * @param text the description of the failure
	 * @return the failure
	 */
	public static Failure of(String text) {
		return new Failure(null, text);
	}

}
