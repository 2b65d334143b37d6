package dev.cairn.console;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Estimates of sizes on the heap, in bytes.
 */
final class Weights {

	/** An object with its reference in a list. */
	static final int OBJECT = 100;

	private static final int TEXT = 48;

	private static final int LAST_LATIN = 0xff;

	private Weights() {
	}

	static int of(@Nullable String text) {
		if (text == null) {
			return 0;
		}
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) > LAST_LATIN) {
				return TEXT + 2 * text.length();
			}
		}
		return TEXT + text.length();
	}

	static int of(Map<String, String> texts) {
		int weight = 0;
		for (Map.Entry<String, String> entry : texts.entrySet()) {
			weight += OBJECT + of(entry.getKey()) + of(entry.getValue());
		}
		return weight;
	}

}
