package dev.cairn.spring.logging;

import java.util.List;

import dev.cairn.LogEntry;

/**
 * Translates the events of a logging system.
 *
 * @param <E> the type of the events
 */
interface LogEvents<E> {

	/**
	 * The marker of Commons Logging, which the entries of Spring's own classes have. It
	 * would be a tag of nearly every line.
	 */
	String COMMONS_LOGGING = "COMMONS-LOGGING";

	/** Returns the entry of an event. Keys that are used twice are renamed. */
	LogEntry entry(E event);

	/** Returns the names of the markers of an event, which Boot writes as tags. */
	List<String> markers(E event);

	/** Returns the names of the markers that are written as tags by formats of Cairn. */
	default List<String> tags(E event) {
		List<String> markers = markers(event);
		return markers.contains(COMMONS_LOGGING)
				? markers.stream().filter((name) -> !name.equals(COMMONS_LOGGING)).toList() : markers;
	}

	/** Returns an event with the text, key-values and context of an entry. */
	E with(E event, LogEntry entry);

}
