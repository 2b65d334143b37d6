package dev.cairn.host;

/**
 * The bounds of what is read.
 */
final class Limits {

	/** The largest snapshot of a process. */
	static final int MAX_BYTES = 16 * 1024 * 1024;

	/** The number of pipes that are read at the same time. */
	static final int MAX_READS = 256;

	static final int MAX_PID_DIGITS = 18;

	private Limits() {
	}

}
