package dev.cairn;

/**
 * The maximum size of a message. A larger message is truncated and marked.
 *
 * @param maxBytes the maximum size of an encoded message, in bytes of UTF-8
 * @param maxFields the maximum number of values in {@code fields}, including nested ones
 * @param maxDepth the maximum depth of maps and lists in {@code fields}
 * @param maxNameLength the maximum length of a key or of the logger, in characters
 */
public record Limits(int maxBytes, int maxFields, int maxDepth, int maxNameLength) {

	/** 256 KiB, 1,000 values, 8 deep, names of 200 characters. */
	public static final Limits DEFAULT = new Limits(256 * 1024, 1000, 8, 200);

	private static final int LEAST_BYTES = 1024;

	/**
	 * Checks the limits.
	 * @throws IllegalArgumentException if a limit is too small
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

}
