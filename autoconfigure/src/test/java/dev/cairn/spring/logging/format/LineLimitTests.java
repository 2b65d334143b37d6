package dev.cairn.spring.logging.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.slf4j.event.KeyValuePair;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.json.WritableJson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A line is one line of valid JSON, of a limited length, whatever the values are.
 */
class LineLimitTests {

	private static final int MAX = 64 * 1024;

	@AfterEach
	void clear() {
		MDC.clear();
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json" })
	void valuesOfAMegabyteAreTruncated(String format) {
		for (String text : List.of("x".repeat(1_000_000), "\u0007".repeat(1_000_000), "\n\"".repeat(500_000),
				"\u20ac".repeat(1_000_000), "\ud83d\ude00".repeat(500_000))) {
			MDC.put("bound", text);
			JsonNode line = line(format,
					(logger) -> logger.atInfo()
						.addKeyValue("pair", text)
						.addKeyValue("number", 7)
						.addKeyValue("list", List.of(text, text))
						.addKeyValue(text, "value")
						.setCause(new IllegalStateException(text))
						.log("message of {}", text));
			assertThat(line.toString()).contains("message of", "[truncated]", "\"com.example.Shop\"");
			assertThat(line.findValue(format.equals("gelf") ? "_truncated" : "truncated").asBoolean()).isTrue();
			assertThat(line.findValue(format.equals("gelf") ? "_number" : "number").asInt()).isEqualTo(7);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json" })
	void thousandsOfValuesAreTruncated(String format) {
		JsonNode line = line(format, (logger) -> {
			for (int i = 0; i < 5_000; i++) {
				MDC.put("key" + i, "value ".repeat(10));
			}
			logger.info("many");
		});
		assertThat(line.toString()).contains("many", "truncated");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json" })
	void aLongStackKeepsItsRootCause(String format) {
		Throwable deep = new IllegalArgumentException("the root cause");
		for (int i = 0; i < 200; i++) {
			deep = new IllegalStateException("wrapper " + i + " " + "x".repeat(1000), deep);
		}
		Throwable thrown = deep;
		JsonNode line = line(format, (logger) -> logger.error("failed", thrown));
		String stack = line.findValue(switch (format) {
			case "gelf" -> "_error_stack_trace";
			default -> "stack_trace";
		}).asString();
		assertThat(stack).startsWith("java.lang.IllegalStateException: wrapper 199")
			.contains("[truncated]\nCaused by: java.lang.IllegalArgumentException: the root cause\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json" })
	void valuesThatFailOrContainThemselvesAreWritten(String format) {
		Map<Object, Object> circle = new HashMap<>();
		circle.put("self", circle);
		circle.put(null, "null");
		List<Object> list = new ArrayList<>();
		list.add(list);
		JsonNode line = line(format,
				(logger) -> logger.atInfo()
					.addKeyValue("failing", new Failing())
					.addKeyValue("circle", circle)
					.addKeyValue("list", list)
					.addKeyValue("nan", Double.NaN)
					.addKeyValue("values", new float[] { 1.5f, Float.POSITIVE_INFINITY })
					.addKeyValue("nulls", new String[] { null })
					.addKeyValue("atomic", new AtomicInteger(3))
					.addKeyValue("uuid", new UUID(0, 1))
					.addKeyValue("json", (WritableJson) (out) -> out.append("{\"a\":\n1}"))
					.log("any values"));
		assertThat(line.toString()).contains("[unprintable " + Failing.class.getName(), "[circular]", "\"NaN\"",
				"[1.5,\"Infinity\"]", "[null]", ":3", "\"00000000-0000-0000-0000-000000000001\"", "{\"a\":1}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json", "logfmt", "keyvalue", "pretty" })
	void valuesThatContainEachOtherHaveOneBudget(String format) {
		List<Map<Object, Object>> nodes = new ArrayList<>();
		for (int i = 0; i < 60; i++) {
			nodes.add(new IdentityHashMap<>());
		}
		nodes.forEach((node) -> node.put("links", new ArrayList<>(nodes)));
		AtomicInteger printed = new AtomicInteger();
		Object element = new Object() {

			@Override
			public String toString() {
				return "element" + printed.incrementAndGet();
			}

		};
		Object wide = element;
		for (int depth = 0; depth < 5; depth++) {
			wide = Collections.nCopies(100, wide);
		}
		Object tree = wide;
		List<String> lines = LogbackLog.lines(format, (logger) -> {
			logger.atInfo().addKeyValue("node", nodes.get(0)).log("graph");
			logger.atInfo().addKeyValue("tree", tree).addKeyValue("again", tree).addKeyValue("n", 7).log("tree");
			logger.atInfo()
				.addKeyValue("endless", (Iterable<Object>) () -> Stream.generate(() -> tree).iterator())
				.log("endless");
			logger.atInfo().addKeyValue("array", new byte[100_000_000]).log("array");
			logger.atInfo()
				.addKeyValue("texts", Collections.nCopies(1000, Map.of("t".repeat(10_000), "x".repeat(10_000))))
				.log("texts");
		});
		assertThat(lines).hasSize(5).allSatisfy((line) -> assertThat(line).contains("[truncated]"));
		assertThat(lines.get(0)).contains("[circular]");
		assertThat(lines.get(1)).contains("again", "7");
		assertThat(printed.get()).isLessThanOrEqualTo(2000);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json", "logfmt", "keyvalue", "pretty" })
	void aValueThatThrowsAnythingIsUnprintable(String format) {
		for (Throwable thrown : List.of(new IOException("checked"), new AssertionError("error"), new Error("own"),
				new StackOverflowError(), new NoClassDefFoundError("any"))) {
			Object value = throwing(thrown);
			List<String> lines = LogbackLog.lines(format,
					(logger) -> logger.atInfo()
						.addKeyValue("value", value)
						.addKeyValue("list", List.of(1, value))
						.addKeyValue("map", Map.of(value, 1))
						.log("order placed"));
			assertThat(lines).singleElement()
				.asString()
				.contains("order placed",
						"[unprintable " + value.getClass().getName() + ": " + thrown.getClass().getName() + "]");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json", "logfmt", "keyvalue", "pretty" })
	void namesAndMarkersAreTruncatedAndIdsAreKept(String format) {
		LoggingEvent event = new LoggingEvent();
		event.setInstant(Instant.EPOCH);
		event.setLevel(Level.INFO);
		event.setMessage("event");
		event.setLoggerName("com.example." + "x".repeat(100_000));
		event.setThreadName("pool-" + "y".repeat(100_000));
		Marker marker = MarkerFactory.getDetachedMarker("AUDIT" + "z".repeat(100_000));
		for (int i = 0; i < 1_000; i++) {
			marker.add(MarkerFactory.getDetachedMarker("marker" + i + "z".repeat(100)));
		}
		event.addMarker(marker);
		Map<String, String> bindings = new HashMap<>();
		for (int i = 0; i < 1_000; i++) {
			bindings.put("key" + i, "value ".repeat(100));
			event.addKeyValuePair(new KeyValuePair("pair" + i, "value ".repeat(100)));
		}
		bindings.put("traceId", "trace1");
		bindings.put("spanId", "span1");
		bindings.put("errorId", "error1");
		event.setMDCPropertyMap(bindings);
		assertThat(LogbackLog.lines(format, event)).singleElement()
			.asString()
			.contains("event", "trace1", "span1", "error1", "truncated")
			.satisfies((line) -> assertThat(line.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(64 * 1024));
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json", "logfmt", "keyvalue", "pretty" })
	void onlyRuntimeExceptionsReachTheAppender(String format) {
		for (Throwable thrown : List.of(new IOException("checked"), new AssertionError("error"))) {
			LoggingEvent event = new LoggingEvent() {

				@Override
				public String getThreadName() {
					return LineLimitTests.<RuntimeException, String>sneak(thrown);
				}

			};
			event.setLevel(Level.INFO);
			event.setMDCPropertyMap(Map.of());
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> LogbackLog.lines(format, event))
				.withCause(thrown);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json", "logfmt", "keyvalue", "pretty" })
	void aCallWithoutAMessageIsWritten(String format) {
		Consumer<Logger> calls = (logger) -> {
			logger.info((String) null);
			logger.error(null, new NullPointerException());
			logger.atInfo().addKeyValue("order", 42).log();
			logger.atInfo().addKeyValue("order", "x".repeat(1_000_000)).log();
			logger.atInfo().addKeyValue("list", List.of(1)).log(null, "argument");
		};
		for (String redact : List.of("cairn.logging.redact=false", "cairn.logging.redact=true")) {
			assertThat(LogbackLog.lines(format, calls, redact)).hasSize(5)
				.allSatisfy((line) -> assertThat(line).contains("null"))
				.satisfies((lines) -> assertThat(lines.get(1)).contains("NullPointerException"))
				.satisfies((lines) -> assertThat(lines.get(2)).contains("42"));
		}
	}

	private static Object throwing(Throwable thrown) {
		return new Object() {

			@Override
			public String toString() {
				return LineLimitTests.<RuntimeException, String>sneak(thrown);
			}

		};
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable, R> R sneak(Throwable thrown) throws T {
		throw (T) thrown;
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json" })
	void aLineIsOneLine(String format) {
		String forged = "a\nb\r\nc\u0085d\u001b[31mred\u001b[0m\u0000e\u0008f\u2028g\ud800";
		MDC.put("bound" + forged, forged);
		JsonNode line = line(format,
				(logger) -> logger.atError()
					.addKeyValue("pair" + forged, forged)
					.setCause(new IllegalStateException(forged))
					.log(forged));
		assertThat(line.toString()).contains("red");
	}

	@Test
	void theLimitIsAProperty() {
		List<String> lines = LogbackLog.lines("ecs", (logger) -> logger.info("x".repeat(50_000)),
				"cairn.logging.max-line-size=8KB");
		assertThat(lines.get(0)).hasSizeLessThanOrEqualTo(8 * 1024).contains("[truncated]");
	}

	@Test
	void aLimitThatHasNoRoomIsRefused() {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(
					() -> LogbackLog.lines("ecs", (logger) -> logger.info("any"), "cairn.logging.max-line-size=1KB"))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("cairn.logging.max-line-size"));
	}

	private static JsonNode line(String format, Consumer<Logger> calls) {
		List<String> lines = LogbackLog.lines(format, calls);
		assertThat(lines).hasSize(1);
		String line = lines.get(0);
		assertThat(line.getBytes(java.nio.charset.StandardCharsets.UTF_8).length).isLessThanOrEqualTo(MAX);
		assertThat(line).endsWith("}\n");
		assertThat(line.substring(0, line.length() - 1)).doesNotContainPattern("[\\p{Cntrl}\\u0080-\\u009f]");
		return JsonMapper.shared().readTree(line);
	}

	private static final class Failing {

		@Override
		public String toString() {
			throw new IllegalStateException("no text");
		}

	}

}
