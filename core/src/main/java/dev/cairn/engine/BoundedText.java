package dev.cairn.engine;

import java.io.Writer;

/** A text that takes as much as fits. */
final class BoundedText extends Writer {

	private final int maxLength;

	private final StringBuilder text = new StringBuilder();

	BoundedText(int maxLength) {
		this.maxLength = maxLength;
	}

	@Override
	public void write(char[] chars, int offset, int length) {
		int room = this.maxLength - this.text.length();
		this.text.append(chars, offset, Math.min(length, room));
		if (length > room) {
			throw new LimitExceededException();
		}
	}

	@Override
	public void flush() {
	}

	@Override
	public void close() {
	}

	int length() {
		return this.text.length();
	}

	@Override
	public String toString() {
		return this.text.toString();
	}

	/** Ends the writing. */
	static final class LimitExceededException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		LimitExceededException() {
			super("the JSON is too large", null, false, false);
		}

	}

}
