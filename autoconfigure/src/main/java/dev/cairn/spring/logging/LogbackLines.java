package dev.cairn.spring.logging;

import java.nio.charset.Charset;
import java.util.Objects;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.logging.StackTracePrinter;
import org.springframework.boot.logging.structured.ContextPairs;
import org.springframework.boot.logging.structured.StructuredLogFormatter;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer;
import org.springframework.boot.util.Instantiator;
import org.springframework.core.env.Environment;

/**
 * The formats of lines for Logback, a class each, since Boot creates them by the names of
 * their classes.
 */
abstract class LogbackLines implements StructuredLogFormatter<ILoggingEvent> {

	/** The package of Boot's formats, which are not visible. */
	private static final String BOOT = "org.springframework.boot.logging.logback.";

	private final StructuredLogFormatter<ILoggingEvent> lines;

	LogbackLines(StructuredLogFormatter<ILoggingEvent> lines) {
		this.lines = lines;
	}

	@Override
	public String format(ILoggingEvent event) {
		return this.lines.format(event);
	}

	@Override
	public byte[] formatAsBytes(ILoggingEvent event, Charset charset) {
		return this.lines.formatAsBytes(event, charset);
	}

	/**
	 * What Boot passes to its own formats.
	 */
	record Arguments(Environment environment, @Nullable StackTracePrinter printer, ContextPairs pairs,
			ThrowableProxyConverter converter, StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {

		JsonLines<ILoggingEvent> of(JsonFormat format, String type) {
			return new JsonLines<>(new LogbackEvents(), format, this.environment, this.customizer,
					(builder) -> boot(type, builder));
		}

		private StructuredLogFormatter<ILoggingEvent> boot(String type,
				StructuredLoggingJsonMembersCustomizer.Builder<?> builder) {
			Instantiator<StructuredLogFormatter<ILoggingEvent>> formats = new Instantiator<>(
					StructuredLogFormatter.class, (parameters) -> {
						parameters.add(Environment.class, this.environment);
						parameters.add(StackTracePrinter.class, (ignored) -> this.printer);
						parameters.add(ContextPairs.class, this.pairs);
						parameters.add(ThrowableProxyConverter.class, this.converter);
						parameters.add(StructuredLoggingJsonMembersCustomizer.class, (ignored) -> builder.build());
						parameters.add(StructuredLoggingJsonMembersCustomizer.Builder.class, builder);
					});
			return Objects.requireNonNull(formats.instantiate(BOOT + type));
		}

	}

	/** Elastic Common Schema. */
	static final class Ecs extends LogbackLines {

		Ecs(Environment environment, @Nullable StackTracePrinter printer, ContextPairs pairs,
				ThrowableProxyConverter converter, StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
			super(new Arguments(environment, printer, pairs, converter, customizer).of(JsonFormat.ECS,
					"ElasticCommonSchemaStructuredLogFormatter"));
		}

	}

	/** Graylog Extended Log Format. */
	static final class Gelf extends LogbackLines {

		Gelf(Environment environment, @Nullable StackTracePrinter printer, ContextPairs pairs,
				ThrowableProxyConverter converter, StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
			super(new Arguments(environment, printer, pairs, converter, customizer).of(JsonFormat.GELF,
					"GraylogExtendedLogFormatStructuredLogFormatter"));
		}

	}

	/** Logstash. */
	static final class Logstash extends LogbackLines {

		Logstash(Environment environment, @Nullable StackTracePrinter printer, ContextPairs pairs,
				ThrowableProxyConverter converter, StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
			super(new Arguments(environment, printer, pairs, converter, customizer).of(JsonFormat.LOGSTASH,
					"LogstashStructuredLogFormatter"));
		}

	}

	/** Plain JSON. */
	static final class Json extends LogbackLines {

		Json(Environment environment, @Nullable StackTracePrinter printer, ContextPairs pairs,
				StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
			super(PlainJson.lines(new LogbackEvents(), environment, printer, pairs, customizer));
		}

	}

	/** Logfmt. */
	static final class Logfmt extends LogbackLines {

		Logfmt(Environment environment, @Nullable StackTracePrinter printer) {
			super(new TextLines<>(Notation.LOGFMT, new LogbackEvents(), environment, printer));
		}

	}

	/** Keys and values with their types. */
	static final class KeyValue extends LogbackLines {

		KeyValue(Environment environment, @Nullable StackTracePrinter printer) {
			super(new TextLines<>(Notation.KEYVALUE, new LogbackEvents(), environment, printer));
		}

	}

	/** Colored lines for a terminal. */
	static final class Pretty extends LogbackLines {

		Pretty(Environment environment) {
			super(new PrettyLines<>(new LogbackEvents(), environment));
		}

	}

}
