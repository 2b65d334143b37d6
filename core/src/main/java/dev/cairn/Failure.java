package dev.cairn;

import org.jspecify.annotations.Nullable;

/**
 * What is captured: a throwable, or a text where there is none.
 *
 * @param thrown what was thrown; {@code null} when only a text tells of the failure
 * @param text what was said; empty when a throwable says it
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
