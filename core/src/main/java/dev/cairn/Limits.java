package dev.cairn;

/**
 * How large a message may become. What is larger is truncated and marked, never lost
 * without a count.
 *
 * @param maxBytes the size of a whole encoded message, in bytes of UTF-8
 * @param maxFields how many values {@code fields} may hold, nested ones included
 * @param maxDepth how deep maps and lists in {@code fields} may nest
 * @param maxNameLength the length of a key or of the logger, in characters
 */
public record Limits(int maxBytes, int maxFields, int maxDepth, int maxNameLength) {

	/** 256 KiB, 1,000 values, 8 deep, names of 200 characters. */
	public static final Limits DEFAULT = new Limits(256 * 1024, 1000, 8, 200);

	private static final int LEAST_BYTES = 1024;

	/**
	 * Checks the limits.
	 * @throws IllegalArgumentException when one is too small to be of use
	 */
	public Limits {
		if (maxBytes < LEAST_BYTES) {
			throw new IllegalArgumentException("maxBytes must be at least " + LEAST_BYTES + ", but was " + maxBytes);
		}
		if (maxFields < 1 || maxDepth < 1 || maxNameLength < 1) {
			throw new IllegalArgumentException("maxFields, maxDepth and maxNameLength must be at least 1, but were "
					+ maxFields + ", " + maxDepth + " and " + maxNameLength);
		}
	}

	/**
	 * Return these limits with another size of the whole message.
	 * @param maxBytes the size in bytes
	 * @return the limits
	 */
	public Limits withMaxBytes(int maxBytes) {
		return new Limits(maxBytes, this.maxFields, this.maxDepth, this.maxNameLength);
	}

}
