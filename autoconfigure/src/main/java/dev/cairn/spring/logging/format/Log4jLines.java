package dev.cairn.spring.logging.format;

import java.nio.charset.Charset;

import org.apache.logging.log4j.core.LogEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.logging.StackTracePrinter;
import org.springframework.boot.logging.structured.ContextPairs;
import org.springframework.boot.logging.structured.StructuredLogFormatter;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer;
import org.springframework.core.env.Environment;

/**
 * The formats of lines for Log4j2, a class each, since Boot creates them by the names of
 * their classes.
 */
abstract class Log4jLines implements StructuredLogFormatter<LogEvent> {

	/** The package of Boot's formats, which are not visible. */
	private static final String BOOT = "org.springframework.boot.logging.log4j2.";

	private static final Log4jEvents EVENTS = new Log4jEvents(true);

	private final StructuredLogFormatter<LogEvent> lines;

	Log4jLines(StructuredLogFormatter<LogEvent> lines) {
		this.lines = lines;
	}

	@Override
	public String format(LogEvent event) {
		return this.lines.format(event);
	}

	@Override
	public byte[] formatAsBytes(LogEvent event, Charset charset) {
		return this.lines.formatAsBytes(event, charset);
	}

	/** Boot writes the values of a map as the text. */
	private static StructuredLogFormatter<LogEvent> boot(JsonFormat format, Environment environment,
			@Nullable StackTracePrinter printer, ContextPairs pairs,
			StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
		return new BootFormat<>(new Log4jEvents(false), BOOT, environment, printer, pairs, customizer).lines(format,
				(parameters) -> {
				});
	}

	/** Elastic Common Schema. */
	static final class Ecs extends Log4jLines {

		Ecs(Environment environment, @Nullable StackTracePrinter printer, ContextPairs pairs,
				StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
			super(boot(JsonFormat.ECS, environment, printer, pairs, customizer));
		}

	}

	/** Graylog Extended Log Format. */
	static final class Gelf extends Log4jLines {

		Gelf(Environment environment, @Nullable StackTracePrinter printer, ContextPairs pairs,
				StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
			super(boot(JsonFormat.GELF, environment, printer, pairs, customizer));
		}

	}

	/** Logstash. */
	static final class Logstash extends Log4jLines {

		Logstash(Environment environment, @Nullable StackTracePrinter printer, ContextPairs pairs,
				StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
			super(boot(JsonFormat.LOGSTASH, environment, printer, pairs, customizer));
		}

	}

	/** Plain JSON. */
	static final class Json extends Log4jLines {

		Json(Environment environment, @Nullable StackTracePrinter printer, ContextPairs pairs,
				StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
			super(PlainJson.lines(EVENTS, environment, printer, pairs, customizer));
		}

	}

	/** Logfmt. */
	static final class Logfmt extends Log4jLines {

		Logfmt(Environment environment, @Nullable StackTracePrinter printer) {
			super(new TextLines<>(Notation.LOGFMT, EVENTS, environment, printer));
		}

	}

	/** Keys and values with their types. */
	static final class KeyValue extends Log4jLines {

		KeyValue(Environment environment, @Nullable StackTracePrinter printer) {
			super(new TextLines<>(Notation.KEYVALUE, EVENTS, environment, printer));
		}

	}

	/** Colored lines for a terminal. */
	static final class Pretty extends Log4jLines {

		Pretty(Environment environment) {
			super(new PrettyLines<>(EVENTS, environment));
		}

	}

}
