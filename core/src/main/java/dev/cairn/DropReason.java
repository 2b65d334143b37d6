package dev.cairn;

import java.util.Locale;

/**
 * Why a message was lost.
 */
public enum DropReason {

	/** The queue was full. */
	OVERFLOW,
	/** It exceeds the maximum size of the destination and cannot be shortened further. */
	OVERSIZE,
	/** It could not be written in the destination's format. */
	UNENCODABLE,
	/** The destination rejected it permanently. */
	REJECTED,
	/**
	 * The destination rejected it permanently, and it was written to the dead letter
	 * file.
	 */
	DEAD_LETTER,
	/** It was on disk and cannot be read; the file was set aside. */
	CORRUPT,
	/** The destination was unavailable for longer than the maximum retry time. */
	EXPIRED,
	/** The service stopped before it could be delivered. */
	SHUTDOWN,
	/** The transaction in which it was published was not committed. */
	ROLLED_BACK,
	/** No route leads to a sink. */
	NO_ROUTE,
	/** Cairn or an extension failed; the first failure is logged. */
	ERROR;

	private final String wireName = name().toLowerCase(Locale.ROOT);

	/**
	 * Returns the name as the endpoint and the meters write it.
	 * @return the lower-case name
	 */
	public String wireName() {
		return this.wireName;
	}

}
