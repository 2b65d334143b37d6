package dev.cairn.spring.logging.format;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

import dev.cairn.LogEntry;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.logging.StackTracePrinter;
import org.springframework.boot.logging.structured.StructuredLogFormatter;
import org.springframework.core.env.Environment;

/**
 * Writes the values of an entry one after the other. Immutable.
 *
 * @param <E> the type of the events
 */
final class TextLines<E> implements StructuredLogFormatter<E> {

	private static final String ERROR = "error.";

	private static final LineNames NAMES = new LineNames(LineNames.RESERVED,
			Set.of(ERROR + "type", ERROR + "message", ERROR + "stack_trace"), "tags", Notation::name, false);

	private final Notation notation;

	private final LogEvents<E> events;

	private final LineLimit limit;

	private final LineRedaction redaction;

	private final StackTraces traces;

	TextLines(Notation notation, LogEvents<E> events, Environment environment, @Nullable StackTracePrinter printer) {
		this.notation = notation;
		this.events = events;
		this.limit = LoggingProperties.of(environment).limit();
		this.redaction = LineRedaction.of(environment);
		this.traces = StackTraces.of(printer);
	}

	@Override
	public String format(E event) {
		return LineValues.write(() -> line(event));
	}

	private String line(E event) {
		List<String> markers = this.events.tags(event);
		LogEntry entry = this.redaction.redact(LineValues.printable(this.events.entry(event), this.limit.maxBytes()));
		String line = write(entry, markers, this.redaction::redact);
		return this.limit.fits(line) ? line
				: write(this.limit.shorten(entry), this.events.tags(this.limit.shortenMarkers(this.events, event)),
						(text) -> this.limit.shorten(this.redaction.redact(text)));
	}

	private String write(LogEntry any, List<String> markers, UnaryOperator<String> text) {
		LogEntry entry = NAMES.unique(any, !markers.isEmpty());
		StringBuilder line = new StringBuilder(256);
		this.notation.append(line, "timestamp", entry.time().toString());
		this.notation.append(line, "level", entry.level().name().toLowerCase(Locale.ROOT));
		this.notation.append(line, "logger", text.apply(entry.logger()));
		this.notation.append(line, "thread", text.apply(entry.thread()));
		this.notation.append(line, "message", entry.text());
		entry.bindings().forEach((name, value) -> this.notation.append(line, name, value));
		entry.keyValues().forEach((name, value) -> this.notation.append(line, name, value));
		if (!markers.isEmpty()) {
			this.notation.append(line, "tags", text.apply(String.join(",", markers)));
		}
		Throwable thrown = entry.throwable();
		if (thrown != null) {
			String message = Throwables.message(thrown);
			this.notation.append(line, ERROR + "type", thrown.getClass().getName());
			this.notation.append(line, ERROR + "message", (message != null) ? text.apply(message) : null);
			this.notation.append(line, ERROR + "stack_trace", text.apply(this.traces.print(thrown)));
		}
		return line.append('\n').toString();
	}

}
