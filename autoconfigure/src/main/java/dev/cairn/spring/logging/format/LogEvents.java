package dev.cairn.spring.logging.format;

import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.LogEntry;
import dev.cairn.redaction.Redactor;
import org.apache.logging.log4j.core.LogEvent;
import org.slf4j.event.Level;

/**
 * Translates the events of a logging system. Thread-safe.
 *
 * @param <E> the type of the events
 */
public interface LogEvents<E> {

	/**
	 * The marker of Commons Logging, which the entries of Spring's own classes have. It
	 * would be a tag of nearly every line.
	 */
	String COMMONS_LOGGING = "COMMONS-LOGGING";

	/** The maximum length of all lists and maps of an entry together. */
	int MAX_REDACTED = 64 * 1024;

	/**
	 * Returns the events of Logback.
	 * @return the events
	 */
	static LogEvents<ILoggingEvent> logback() {
		return new LogbackEvents();
	}

	/**
	 * Returns the events of Log4j2.
	 * @return the events
	 */
	static LogEvents<LogEvent> log4j() {
		return new Log4jEvents(true);
	}

	/**
	 * Returns the entry of an event. Keys that are used twice are renamed.
	 * @param event the event
	 * @return the entry
	 */
	default LogEntry entry(E event) {
		return entry(event, bindings(event));
	}

	/**
	 * Returns the entry of an event with another diagnostic context.
	 * @param event the event
	 * @param bindings the diagnostic context
	 * @return the entry
	 */
	LogEntry entry(E event, Map<String, String> bindings);

	/**
	 * Returns the diagnostic context of an event.
	 * @param event the event
	 * @return the values by key
	 */
	Map<String, String> bindings(E event);

	/**
	 * Returns the level of an event.
	 * @param event the event
	 * @return the level
	 */
	Level level(E event);

	/**
	 * Returns an entry without secrets, for lines that a format does not redact.
	 * @param entry the entry
	 * @param redactor the rules
	 * @return the entry with masked secrets
	 */
	default LogEntry redacted(LogEntry entry, Redactor redactor) {
		LogEntry masked = new LineRedaction(redactor).redact(LineValues.printable(entry, MAX_REDACTED));
		Throwable thrown = entry.throwable();
		return (thrown != null) ? masked.withThrowable(MaskedThrowable.of(thrown, redactor)) : masked;
	}

	/**
	 * Returns the names of the markers of an event, which Boot writes as tags.
	 * @param event the event
	 * @return the names
	 */
	List<String> markers(E event);

	/**
	 * Returns the names of the markers that are written as tags by formats of Cairn.
	 * @param event the event
	 * @return the names
	 */
	default List<String> tags(E event) {
		List<String> markers = markers(event);
		return markers.contains(COMMONS_LOGGING)
				? markers.stream().filter((name) -> !name.equals(COMMONS_LOGGING)).toList() : markers;
	}

	/**
	 * Returns an event with the names, text, key-values and context of an entry.
	 * @param event the event
	 * @param entry the entry
	 * @return the changed event
	 */
	E with(E event, LogEntry entry);

	/**
	 * Returns an event with other markers.
	 * @param event the event
	 * @param names the names of the markers
	 * @return the changed event
	 */
	E withMarkers(E event, List<String> names);

}
