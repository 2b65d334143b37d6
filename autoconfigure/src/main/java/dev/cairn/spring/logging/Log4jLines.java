package dev.cairn.spring.logging;

import java.nio.charset.Charset;
import java.util.Objects;

import org.apache.logging.log4j.core.LogEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.logging.StackTracePrinter;
import org.springframework.boot.logging.structured.ContextPairs;
import org.springframework.boot.logging.structured.StructuredLogFormatter;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer;
import org.springframework.boot.util.Instantiator;
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

	/**
	 * What Boot passes to its own formats.
	 */
	record Arguments(Environment environment, @Nullable StackTracePrinter printer, ContextPairs pairs,
			StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {

		/** Boot writes the values of a map as the text. */
		JsonLines<LogEvent> of(JsonFormat format, String type) {
			return new JsonLines<>(new Log4jEvents(false), format, this.environment, this.customizer,
					(builder) -> boot(type, builder));
		}

		private StructuredLogFormatter<LogEvent> boot(String type,
				StructuredLoggingJsonMembersCustomizer.Builder<?> builder) {
			Instantiator<StructuredLogFormatter<LogEvent>> formats = new Instantiator<>(StructuredLogFormatter.class,
					(parameters) -> {
						parameters.add(Environment.class, this.environment);
						parameters.add(StackTracePrinter.class, (ignored) -> this.printer);
						parameters.add(ContextPairs.class, this.pairs);
						parameters.add(StructuredLoggingJsonMembersCustomizer.class, (ignored) -> builder.build());
						parameters.add(StructuredLoggingJsonMembersCustomizer.Builder.class, builder);
					});
			return Objects.requireNonNull(formats.instantiate(BOOT + type));
		}

	}

	/** Elastic Common Schema. */
	static final class Ecs extends Log4jLines {

		Ecs(Environment environment, @Nullable StackTracePrinter printer, ContextPairs pairs,
				StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
			super(new Arguments(environment, printer, pairs, customizer).of(JsonFormat.ECS,
					"ElasticCommonSchemaStructuredLogFormatter"));
		}

	}

	/** Graylog Extended Log Format. */
	static final class Gelf extends Log4jLines {

		Gelf(Environment environment, @Nullable StackTracePrinter printer, ContextPairs pairs,
				StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
			super(new Arguments(environment, printer, pairs, customizer).of(JsonFormat.GELF,
					"GraylogExtendedLogFormatStructuredLogFormatter"));
		}

	}

	/** Logstash. */
	static final class Logstash extends Log4jLines {

		Logstash(Environment environment, @Nullable StackTracePrinter printer, ContextPairs pairs,
				StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
			super(new Arguments(environment, printer, pairs, customizer).of(JsonFormat.LOGSTASH,
					"LogstashStructuredLogFormatter"));
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
