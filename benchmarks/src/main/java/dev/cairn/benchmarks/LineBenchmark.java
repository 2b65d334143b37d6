package dev.cairn.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

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
 * as Cairn does. The events are those of Log4j2, which is no provider of SLF4J.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init")
public class LineBenchmark {

	private static final String BOOT = "org.springframework.boot.logging.log4j2.";

	private static final String CAIRN = "dev.cairn.spring.logging.format.Log4jLines$";

	private static final Map<String, String> FORMATS = Map.of("boot-ecs",
			BOOT + "ElasticCommonSchemaStructuredLogFormatter", "boot-logstash",
			BOOT + "LogstashStructuredLogFormatter", "boot-gelf",
			BOOT + "GraylogExtendedLogFormatStructuredLogFormatter", "ecs", CAIRN + "Ecs", "logstash",
			CAIRN + "Logstash", "gelf", CAIRN + "Gelf", "json", CAIRN + "Json", "logfmt", CAIRN + "Logfmt", "keyvalue",
			CAIRN + "KeyValue", "pretty", CAIRN + "Pretty");

	/** The format, with {@code boot-} before it for that of Boot. */
	@Param({ "boot-ecs", "ecs", "boot-logstash", "logstash", "boot-gelf", "gelf", "json", "logfmt", "keyvalue",
			"pretty" })
	public String format;

	/** Whether secrets are masked, which Boot does not do. */
	@Param("false")
	public boolean redact;

	private StructuredLogFormatter<LogEvent> formatter;

	private LogEvent event;

	/**
	 * Creates the format and the event.
	 */
	@Setup
	public void createFormat() {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("spring.application.name", "shop");
		properties.put("spring.application.pid", 4711);
		properties.put("cairn.logging.redact", this.redact);
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("benchmark", properties));
		this.formatter = new StructuredLogFormatterFactory<>(LogEvent.class, environment, null, (formats) -> {
		}).get(Objects.requireNonNull(FORMATS.get(this.format)));
		SortedArrayStringMap context = new SortedArrayStringMap();
		context.putValue("traceId", "4bf92f3577b34da6a3ce929d0e0e4736");
		context.putValue("spanId", "00f067aa0ba902b7");
		context.putValue("order", "1000042");
		context.putValue("customer", "c-4711");
		context.putValue("tenant", "berlin");
		context.putValue("channel", "web");
		this.event = Log4jLogEvent.newBuilder()
			.setLoggerName("com.example.shop.OrderService")
			.setLevel(Level.INFO)
			.setThreadName("http-nio-8080-exec-7")
			.setMessage(new ParameterizedMessage("Order {} was placed with {} items", 1_000_042, 3))
			.setContextData(context)
			.build();
	}

	/**
	 * Writes the line.
	 * @return the line
	 */
	@Benchmark
	public byte[] line() {
		return this.formatter.formatAsBytes(this.event, StandardCharsets.UTF_8);
	}

}
