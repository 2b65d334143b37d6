package dev.cairn;

import org.jspecify.annotations.Nullable;

/** A text in which parts are replaced from left to right. */
final class MaskedText {

	private final String text;

	/** Created when there is something to mask, which is rare. */
	private @Nullable StringBuilder out;

	private int copied;

	MaskedText(String text) {
		this.text = text;
	}

	void replace(int start, int end, String replacement) {
		if (this.out == null) {
			this.out = new StringBuilder(this.text.length());
		}
		this.out.append(this.text, this.copied, start).append(replacement);
		this.copied = end;
	}

	/** The end of the last part that was replaced. */
	int end() {
		return this.copied;
	}

	/** Returns the same object if nothing was replaced. */
	@Override
	public String toString() {
		return (this.out != null) ? this.out.append(this.text, this.copied, this.text.length()).toString() : this.text;
	}

}
