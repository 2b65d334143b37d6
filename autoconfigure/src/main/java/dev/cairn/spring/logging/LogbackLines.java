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
			StructuredLogFormatter<ILoggingEvent> boot = new Instantiator<StructuredLogFormatter<ILoggingEvent>>(
					StructuredLogFormatter.class, (parameters) -> {
						parameters.add(Environment.class, this.environment);
						parameters.add(StackTracePrinter.class, (ignored) -> this.printer);
						parameters.add(ContextPairs.class, this.pairs);
						parameters.add(ThrowableProxyConverter.class, this.converter);
						parameters.add(StructuredLoggingJsonMembersCustomizer.class,
								(ignored) -> this.customizer.build());
						parameters.add(StructuredLoggingJsonMembersCustomizer.Builder.class, this.customizer);
					})
				.instantiate(BOOT + type);
			return new JsonLines<>(new LogbackEvents(), format.names(this.environment), Objects.requireNonNull(boot));
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

}
