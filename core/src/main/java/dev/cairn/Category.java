package dev.cairn;

import java.util.Locale;

/**
 * What a message tells about: the four kinds of data that burying points collect.
 */
public enum Category {

	/** What somebody did: time, place, person, interaction, content. */
	BEHAVIOUR,
	/** How well it went: loading, errors. */
	QUALITY,
	/** Where it happened: browser, geography, operator. */
	ENVIRONMENT,
	/** What it means for the business: page views, visitors, conversion, retention. */
	OPERATION;

	private final String wireName = name().toLowerCase(Locale.ROOT);

	/**
	 * Return the name as it is written on the wire.
	 * @return the lower-case name
	 */
	public String wireName() {
		return this.wireName;
	}

}
