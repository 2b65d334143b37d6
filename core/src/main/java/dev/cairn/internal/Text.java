package dev.cairn.internal;

/**
 * Helpers for text.
 */
public final class Text {

	private Text() {
	}

	/**
	 * Returns the beginning of a text. A surrogate pair is never split.
	 * @param text the text
	 * @param length the maximum number of characters
	 * @return the text itself if it is not longer
	 */
	public static String cut(String text, int length) {
		return (text.length() <= length) ? text : text.substring(0, cutIndex(text, length));
	}

	/**
	 * Returns where to cut a text so that no surrogate pair is split.
	 * @param text the text
	 * @param length the maximum number of characters, less than the length of the text
	 * @return the index of the first character to leave out
	 */
	public static int cutIndex(CharSequence text, int length) {
		return (length > 0 && Character.isHighSurrogate(text.charAt(length - 1))) ? length - 1 : length;
	}

}
