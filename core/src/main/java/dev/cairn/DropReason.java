package dev.cairn;

import java.util.Locale;

/**
 * Why a message was lost.
 */
public enum DropReason {

	/** The queue was full. */
	OVERFLOW,
	/** It is larger than the destination takes, and nothing is left to shorten. */
	OVERSIZE,
	/** It could not be written in the destination's format. */
	UNENCODABLE,
	/** The destination refused it for good. */
	REJECTED,
	/** The destination refused it for good, and it stands in the file of dead letters. */
	DEAD_LETTER,
	/** It was kept on a disk and cannot be read any more; it was set aside there. */
	CORRUPT,
	/** The destination was away for longer than the time to keep trying. */
	EXPIRED,
	/** The service stopped before it could be delivered. */
	SHUTDOWN,
	/** The transaction in which it was published was not committed. */
	ROLLED_BACK,
	/** No route leads to a sink. */
	NO_ROUTE,
	/** Cairn or an extension failed; the log has the first of these. */
	ERROR;

	private final String wireName = name().toLowerCase(Locale.ROOT);

	/**
	 * Return the name as the endpoint and the meters write it.
	 * @return the lower-case name
	 */
	public String wireName() {
		return this.wireName;
	}

}
