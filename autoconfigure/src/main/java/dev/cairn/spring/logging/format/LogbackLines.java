package dev.cairn.spring.logging.format;

import java.nio.charset.Charset;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.logging.StackTracePrinter;
import org.springframework.boot.logging.structured.ContextPairs;
import org.springframework.boot.logging.structured.StructuredLogFormatter;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer;
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

	private static StructuredLogFormatter<ILoggingEvent> boot(JsonFormat format, Environment environment,
			@Nullable StackTracePrinter printer, ContextPairs pairs, ThrowableProxyConverter converter,
			StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
		return new BootFormat<>(new LogbackEvents(), BOOT, environment, printer, pairs, customizer).lines(format,
				(parameters) -> parameters.add(ThrowableProxyConverter.class, converter));
	}

	/** Elastic Common Schema. */
	static final class Ecs extends LogbackLines {

		Ecs(Environment environment, @Nullable StackTracePrinter printer, ContextPairs pairs,
				ThrowableProxyConverter converter, StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
			super(boot(JsonFormat.ECS, environment, printer, pairs, converter, customizer));
		}

	}

	/** Graylog Extended Log Format. */
	static final class Gelf extends LogbackLines {

		Gelf(Environment environment, @Nullable StackTracePrinter printer, ContextPairs pairs,
				ThrowableProxyConverter converter, StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
			super(boot(JsonFormat.GELF, environment, printer, pairs, converter, customizer));
		}

	}

	/** Logstash. */
	static final class Logstash extends LogbackLines {

		Logstash(Environment environment, @Nullable StackTracePrinter printer, ContextPairs pairs,
				ThrowableProxyConverter converter, StructuredLoggingJsonMembersCustomizer.Builder<?> customizer) {
			super(boot(JsonFormat.LOGSTASH, environment, printer, pairs, converter, customizer));
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
