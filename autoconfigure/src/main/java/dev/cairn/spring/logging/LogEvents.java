package dev.cairn.spring.logging;

import java.util.List;

import dev.cairn.LogEntry;

/**
 * Translates the events of a logging system.
 *
 * @param <E> the type of the events
 */
interface LogEvents<E> {

	/** Returns the entry of an event. Keys that are used twice are renamed. */
	LogEntry entry(E event);

	/** Returns the names of the markers of an event, which are written as tags. */
	List<String> markers(E event);

	/** Returns an event with the text, key-values and context of an entry. */
	E with(E event, LogEntry entry);

}
