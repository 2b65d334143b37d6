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
		if (text.length() <= length) {
			return text;
		}
		boolean splits = length > 0 && Character.isHighSurrogate(text.charAt(length - 1));
		return text.substring(0, splits ? length - 1 : length);
	}

}
