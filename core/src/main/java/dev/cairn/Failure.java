package dev.cairn;

import org.jspecify.annotations.Nullable;

/**
 * What is captured: a throwable, or a text where there is none.
 *
 * @param thrown what was thrown; {@code null} when only a text tells of the failure
 * @param text what was said; empty when a throwable says it
 */
public record Failure(@Nullable Throwable thrown, String text) {

	static Failure of(Throwable thrown) {
		return new Failure(thrown, "");
	}

	static Failure of(String text) {
		return new Failure(null, text);
	}

}
