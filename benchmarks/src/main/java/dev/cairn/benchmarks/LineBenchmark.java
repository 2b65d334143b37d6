package dev.cairn.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.ParameterizedMessage;
import org.apache.logging.log4j.util.SortedArrayStringMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.boot.logging.structured.StructuredLogFormatter;
import org.springframework.boot.logging.structured.StructuredLogFormatterFactory;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * A line of the log, with the ids of a trace and four bound values, as Boot writes it and
 * as Cairn does, with Logback and with Log4j2.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init")
public class LineBenchmark {

	private static final Map<String, String> BOOT = Map.of("ecs", "ElasticCommonSchemaStructuredLogFormatter",
			"logstash", "LogstashStructuredLogFormatter", "gelf", "GraylogExtendedLogFormatStructuredLogFormatter");

	private static final Map<String, String> CAIRN = Map.of("ecs", "Ecs", "logstash", "Logstash", "gelf", "Gelf",
			"json", "Json", "logfmt", "Logfmt", "keyvalue", "KeyValue", "pretty", "Pretty");

	private static final String LOGGER = "com.example.shop.OrderService";

	private static final String THREAD = "http-nio-8080-exec-7";

	private static final String TEXT = "Order {} was placed with {} items";

	private static final Object[] ARGUMENTS = { 1_000_042, 3 };

	/** The logging system. */
	@Param({ "logback", "log4j2" })
	public String system;

	/** The format, with {@code boot-} before it for that of Boot. */
	@Param({ "boot-ecs", "ecs", "boot-logstash", "logstash", "boot-gelf", "gelf", "json", "logfmt", "keyvalue",
			"pretty" })
	public String format;

	/** Whether secrets are masked, which Boot does not do. */
	@Param("false")
	public boolean redact;

	private Supplier<byte[]> line;

	/**
	 * Creates the format and the event.
	 */
	@Setup
	public void createLine() {
		Map<String, String> context = new LinkedHashMap<>();
		context.put("traceId", "4bf92f3577b34da6a3ce929d0e0e4736");
		context.put("spanId", "00f067aa0ba902b7");
		context.put("order", "1000042");
		context.put("customer", "c-4711");
		context.put("tenant", "berlin");
		context.put("channel", "web");
		this.line = this.system.equals("logback") ? line(ILoggingEvent.class, "Logback", logback(context))
				: line(LogEvent.class, "Log4j", log4j(context));
	}

	private static ILoggingEvent logback(Map<String, String> context) {
		LoggingEvent event = new LoggingEvent(LineBenchmark.class.getName(), new LoggerContext().getLogger(LOGGER),
				ch.qos.logback.classic.Level.INFO, TEXT, null, ARGUMENTS);
		event.setThreadName(THREAD);
		event.setMDCPropertyMap(context);
		return event;
	}

	private static LogEvent log4j(Map<String, String> context) {
		return Log4jLogEvent.newBuilder()
			.setLoggerName(LOGGER)
			.setLevel(Level.INFO)
			.setThreadName(THREAD)
			.setMessage(new ParameterizedMessage(TEXT, ARGUMENTS))
			.setContextData(new SortedArrayStringMap(context))
			.build();
	}

	private <E> Supplier<byte[]> line(Class<E> type, String names, E event) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new MapPropertySource("benchmark", Map.of("spring.application.name", "shop",
					"spring.application.pid", 4711, "cairn.logging.redact", this.redact)));
		ThrowableProxyConverter throwables = new ThrowableProxyConverter();
		throwables.start();
		StructuredLogFormatter<E> formatter = new StructuredLogFormatterFactory<>(type, environment,
				(parameters) -> parameters.add(ThrowableProxyConverter.class, throwables), (formats) -> {
				})
			.get(this.format.startsWith("boot-")
					? "org.springframework.boot.logging.%s.%s".formatted(this.system,
							BOOT.get(this.format.substring("boot-".length())))
					: "dev.cairn.spring.logging.format.%sLines$%s".formatted(names, CAIRN.get(this.format)));
		return () -> formatter.formatAsBytes(event, StandardCharsets.UTF_8);
	}

	/**
	 * Writes the line.
	 * @return the line
	 */
	@Benchmark
	public byte[] line() {
		return this.line.get();
	}

}
