package dev.cairn.redaction;

/**
 * The words of a key in lower case: camel case, and whatever is no letter or digit,
 * separates them.
 */
final class KeyWords {

	private static final int MAX_KEY_LENGTH = 200;

	private final String letters;

	/** The starts of the words in the letters, and the end of the last one. */
	private final int[] starts;

	private final int size;

	private final int first;

	/**
	 * Splits a key.
	 * @param phrase the key, and the words before it
	 * @param start where the key begins
	 */
	KeyWords(String phrase, int start) {
		int length = Math.min(phrase.length(), start + MAX_KEY_LENGTH);
		StringBuilder all = new StringBuilder(length);
		int[] starts = new int[length + 1];
		int number = 0;
		int first = 0;
		for (int i = 0; i < length; i++) {
			char c = phrase.charAt(i);
			first = (i == start) ? number : first;
			if (Character.isLetterOrDigit(c)) {
				if (isFirst(phrase, i)) {
					starts[number++] = all.length();
				}
				all.append(Character.toLowerCase(c));
			}
		}
		starts[number] = all.length();
		this.letters = all.toString();
		this.starts = starts;
		this.size = number;
		this.first = first;
	}

	private static boolean isFirst(String key, int i) {
		char before = (i > 0) ? key.charAt(i - 1) : ' ';
		if (!Character.isLetterOrDigit(before)) {
			return true;
		}
		return Character.isUpperCase(key.charAt(i)) && (!Character.isUpperCase(before)
				|| (i + 1 < key.length() && Character.isLowerCase(key.charAt(i + 1))));
	}

	int size() {
		return this.size;
	}

	/** The number of the first word that is not before the key. */
	int first() {
		return this.first;
	}

	/** Returns a word, or an empty text if there is none. */
	String word(int i) {
		return (i >= 0 && i < this.size) ? joined(i, i) : "";
	}

	String joined(int from, int to) {
		return this.letters.substring(this.starts[from], this.starts[to + 1]);
	}

	/** Returns the key without case and separators. */
	String key() {
		return this.letters.substring(this.starts[this.first]);
	}

}
