package dev.cairn.spring.logging.format;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import dev.cairn.LogEntry;
import dev.cairn.internal.Throwables;

import org.springframework.boot.json.JsonWriter.ValueProcessor;
import org.springframework.boot.logging.structured.StructuredLogFormatter;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer.Builder;
import org.springframework.core.env.Environment;

/**
 * Writes an entry in a format of Boot's {@code JsonWriter}, which refuses entries with a
 * name that is used twice and with a value that fails to print, and has no limit.
 * Immutable.
 *
 * @param <E> the type of the events
 */
final class JsonLines<E> implements StructuredLogFormatter<E> {

	private final LogEvents<E> events;

	private final LineNames names;

	/** The name of the stack trace. */
	private final String stackTrace;

	private final StructuredLogFormatter<E> format;

	private final LineLimit limit;

	/** The format with shortened texts. */
	private final StructuredLogFormatter<E> limited;

	private final LineRedaction redaction;

	/**
	 * Creates a format.
	 * @param events translates events
	 * @param format the names of the format
	 * @param environment the properties
	 * @param customizer builds the customizer of the application's customizers
	 * @param formats creates the format with a customizer
	 */
	JsonLines(LogEvents<E> events, JsonFormat format, Environment environment, Builder<?> customizer,
			Function<Builder<?>, StructuredLogFormatter<E>> formats) {
		this.events = events;
		this.names = format.names(environment);
		this.stackTrace = format.stackTrace();
		this.limit = LoggingProperties.of(environment).limit();
		this.redaction = LineRedaction.of(environment);
		this.format = formats.apply(customizer);
		UnaryOperator<String> shorter = (text) -> this.limit.shorten(this.redaction.redact(text));
		// Texts such as stack traces are not part of the entry
		this.limited = formats.apply(new FurtherMembers(customizer,
				(members) -> members.applyingValueProcessor(ValueProcessor.of(String.class, shorter))));
	}

	@Override
	public String format(E event) {
		return new String(formatAsBytes(event, StandardCharsets.UTF_8), StandardCharsets.UTF_8);
	}

	@Override
	public byte[] formatAsBytes(E event, Charset charset) {
		return LineValues.write(() -> write(event, charset));
	}

	private byte[] write(E event, Charset charset) {
		LogEntry entry = this.events.entry(event);
		LogEntry printable = this.redaction.redact(LineValues.printable(entry, this.limit.maxBytes()));
		LogEntry unique = unique(event, printable);
		try {
			E changed = (unique != entry) ? this.events.with(event, unique) : event;
			// Boot's own bytes take three times as much memory
			byte[] line = this.redaction.redactJson(this.format.format(changed)).getBytes(charset);
			if (line.length <= this.limit.maxBytes()) {
				return line;
			}
		}
		catch (Throwable ex) {
			Throwables.rethrowFatal(ex);
			// A line of simple values is better than none
		}
		LogEntry shorter = this.limit.shorten(printable);
		E marked = this.limit.shortenMarkers(this.events, event);
		try {
			return shortened(marked, shorter, charset);
		}
		catch (Throwable ex) {
			Throwables.rethrowFatal(ex);
			Throwable thrown = shorter.throwable();
			if (thrown == null) {
				throw ex;
			}
			// The methods of the throwable fail
			String trace = this.limit.shorten(Throwables.stackTrace(thrown));
			return shortened(marked, shorter.withThrowable(null).with(this.stackTrace, trace), charset);
		}
	}

	private byte[] shortened(E event, LogEntry shorter, Charset charset) {
		E changed = this.events.with(event, unique(event, shorter));
		return this.limited.formatAsBytes(changed, charset);
	}

	private LogEntry unique(E event, LogEntry entry) {
		return this.names.unique(entry, !this.events.markers(event).isEmpty());
	}

}
