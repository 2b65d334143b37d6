package dev.cairn.spring.logging;

import java.nio.charset.Charset;

import dev.cairn.LogEntry;

import org.springframework.boot.logging.structured.StructuredLogFormatter;

/**
 * Writes an entry in one of Boot's formats, which refuse entries with a name that is used
 * twice. Immutable.
 *
 * @param <E> the type of the events
 */
final class JsonLines<E> implements StructuredLogFormatter<E> {

	private final LogEvents<E> events;

	private final LineNames names;

	private final StructuredLogFormatter<E> format;

	JsonLines(LogEvents<E> events, LineNames names, StructuredLogFormatter<E> format) {
		this.events = events;
		this.names = names;
		this.format = format;
	}

	@Override
	public String format(E event) {
		return this.format.format(unique(event));
	}

	@Override
	public byte[] formatAsBytes(E event, Charset charset) {
		return this.format.formatAsBytes(unique(event), charset);
	}

	private E unique(E event) {
		LogEntry entry = this.events.entry(event);
		LogEntry unique = this.names.unique(entry, this.events.hasMarkers(event));
		return (unique != entry) ? this.events.with(event, unique) : event;
	}

}
