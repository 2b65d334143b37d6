package dev.cairn.spring.logging.format;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.cairn.ApplicationFrames;
import dev.cairn.LogEntry;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

import org.springframework.boot.ansi.AnsiColor;
import org.springframework.boot.ansi.AnsiElement;
import org.springframework.boot.ansi.AnsiOutput;
import org.springframework.boot.ansi.AnsiStyle;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.logging.structured.StructuredLogFormatter;
import org.springframework.core.env.Environment;

/**
 * Writes an entry for the terminal of a developer: the event first, its values after it,
 * and of a stack trace the frames of the application. Further lines of a text are
 * indented, so that it cannot imitate an entry. Immutable.
 *
 * @param <E> the type of the events
 */
final class PrettyLines<E> implements StructuredLogFormatter<E> {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS")
		.withZone(ZoneId.systemDefault());

	private static final LineNames NAMES = new LineNames(Set.of(), Set.of(), "tags", Notation::name, false);

	/** The keys that a developer rarely reads. */
	private static final Set<String> FAINT = Set.of(UnitOfWork.TRACE_ID, UnitOfWork.SPAN_ID);

	private static final Map<Level, AnsiElement> COLORS = Map.of(Level.ERROR, AnsiColor.BRIGHT_RED, Level.WARN,
			AnsiColor.YELLOW, Level.INFO, AnsiColor.GREEN, Level.DEBUG, AnsiColor.CYAN, Level.TRACE, AnsiStyle.FAINT);

	/** The column at which the values of short events begin. */
	private static final int EVENT_LENGTH = 36;

	private static final String INDENT = "    ";

	private final LogEvents<E> events;

	private final LineLimit limit;

	private final ApplicationFrames application;

	private final LineRedaction redaction;

	PrettyLines(LogEvents<E> events, Environment environment) {
		this.events = events;
		this.limit = LoggingProperties.of(environment).limit();
		this.redaction = LineRedaction.of(environment);
		this.application = new ApplicationFrames(Binder.get(environment)
			.bind("cairn.incidents.application-packages", Bindable.listOf(String.class))
			.orElseGet(List::of));
	}

	@Override
	public String format(E event) {
		return LineValues.write(() -> line(event));
	}

	private String line(E event) {
		List<String> markers = this.events.tags(event);
		LogEntry entry = this.redaction.redact(LineValues.printable(this.events.entry(event), this.limit.maxBytes()));
		String lines = write(entry, markers);
		return this.limit.fits(lines) ? lines
				: write(this.limit.shorten(entry), this.events.tags(this.limit.shortenMarkers(this.events, event)));
	}

	private String write(LogEntry any, List<String> markers) {
		LogEntry entry = NAMES.unique(any, !markers.isEmpty());
		StringBuilder lines = new StringBuilder(256);
		lines.append(paint(TIME.format(entry.time()), AnsiStyle.FAINT)).append(' ');
		lines.append(paint("%-5s".formatted(entry.level()), COLORS.getOrDefault(entry.level(), AnsiStyle.NORMAL)))
			.append(' ');
		appendEvent(lines, entry.text());
		lines.append(' ').append(paint(shortName(entry.logger()), AnsiStyle.FAINT));
		entry.keyValues().forEach((name, value) -> append(lines, name, value));
		entry.bindings().forEach((name, value) -> append(lines, name, value));
		if (!markers.isEmpty()) {
			append(lines, "tags", this.redaction.redact(String.join(",", markers)));
		}
		String thread = oneLine(this.redaction.redact(entry.thread()));
		lines.append(' ').append(paint("[" + thread + "]", AnsiStyle.FAINT)).append('\n');
		Throwable thrown = entry.throwable();
		return (thrown != null) ? lines.append(stackTrace(thrown)).toString() : lines.toString();
	}

	/** Colors would make it longer, and must not be cut. */
	private String stackTrace(Throwable thrown) {
		String plain = stackTrace(thrown, false);
		String shorter = this.limit.shorten(plain);
		return shorter.equals(plain) ? stackTrace(thrown, true) : shorter + "\n";
	}

	private String stackTrace(Throwable thrown, boolean colored) {
		StringBuilder lines = new StringBuilder();
		Throwables.chain(thrown).forEach((each) -> append(lines, each, each != thrown, colored));
		return lines.toString();
	}

	private static void appendEvent(StringBuilder lines, String text) {
		int end = text.indexOf('\n');
		String event = oneLine((end < 0) ? text : text.substring(0, end));
		lines.append(paint(event, AnsiStyle.BOLD)).append(" ".repeat(Math.max(0, EVENT_LENGTH - event.length())));
		if (end >= 0) {
			text.substring(end + 1).lines().forEach((line) -> lines.append('\n').append(INDENT).append(oneLine(line)));
			lines.append('\n').append(INDENT);
		}
	}

	private static void append(StringBuilder lines, String name, @Nullable Object value) {
		StringBuilder text = new StringBuilder();
		Notation.LOGFMT.appendValue(text, value);
		boolean faint = FAINT.contains(name);
		lines.append(' ')
			.append(paint(name, faint ? AnsiStyle.FAINT : AnsiColor.CYAN))
			.append(paint("=", AnsiStyle.FAINT))
			.append(paint(text.toString(), faint ? AnsiStyle.FAINT : AnsiColor.MAGENTA));
	}

	private void append(StringBuilder lines, Throwable thrown, boolean cause, boolean colored) {
		String message = Throwables.message(thrown);
		lines.append(INDENT).append(cause ? "Caused by: " : "");
		String type = thrown.getClass().getName();
		lines.append(colored ? paint(type, AnsiColor.BRIGHT_RED) : type);
		if (message != null) {
			lines.append(": ").append(oneLine(this.redaction.redact(message)));
		}
		lines.append('\n');
		StackTraceElement[] frames = Throwables.frames(thrown);
		int hidden = 0;
		for (int i = 0; i < frames.length; i++) {
			// The first frame is where it was thrown
			if (i == 0 || this.application.contains(frames[i].getClassName())) {
				lines.append(INDENT).append(INDENT).append("at ").append(oneLine(frames[i].toString())).append('\n');
			}
			else {
				hidden++;
			}
		}
		if (hidden > 0) {
			lines.append(INDENT).append(INDENT).append("... ").append(hidden).append(" frames of libraries\n");
		}
	}

	/** Abbreviates the packages of a class. */
	private static String shortName(String logger) {
		StringBuilder name = new StringBuilder();
		int begin = 0;
		for (int dot = logger.indexOf('.'); dot >= 0; dot = logger.indexOf('.', begin)) {
			name.append(logger, begin, Math.min(begin + 1, dot)).append('.');
			begin = dot + 1;
		}
		return oneLine(name.append(logger.substring(begin)).toString());
	}

	/** Tabs indent the lines of a text. */
	private static String oneLine(String text) {
		StringBuilder line = new StringBuilder(text.length());
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '\t') {
				line.append(c);
			}
			else {
				Notation.escape(line, c);
			}
		}
		return line.toString();
	}

	private static String paint(String text, AnsiElement element) {
		return AnsiOutput.toString(element, text);
	}

}
