package dev.cairn;

import java.util.Locale;

/**
 * The kind of data in a message.
 */
public enum Category {

	/** Behaviour of a user: time, place, person, interaction, content. */
	BEHAVIOUR,
	/** Quality: loading, errors. */
	QUALITY,
	/** Environment: browser, geography, operator. */
	ENVIRONMENT,
	/** Operation of the business: page views, visitors, conversion, retention. */
	OPERATION;

	private final String wireName = name().toLowerCase(Locale.ROOT);

	/**
	 * Returns the name as it is written on the wire.
	 * @return the lower-case name
	 */
	public String wireName() {
		return this.wireName;
	}

}
