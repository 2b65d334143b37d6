package dev.cairn.spring.logging.format;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.slf4j.spi.LoggingEventBuilder;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The formats {@code logfmt}, {@code keyvalue} and {@code json}.
 */
class TextLinesTests {

	private static final String HEAD = "timestamp=%s level=info logger=com.example.Shop thread=main message=";

	private static final String QUOTED_HEAD = "timestamp='%s' level='info' logger='com.example.Shop' thread='main' message=";

	@AfterEach
	void clear() {
		MDC.clear();
	}

	@Test
	void logfmtQuotesWhatNeedsQuotes() {
		assertThat(line("logfmt", (logger) -> {
			MDC.put("user", "u1");
			logger.atInfo()
				.addKeyValue("order.id", 42)
				.addKeyValue("happy", true)
				.addKeyValue("text", "two words")
				.addKeyValue("equation", "a=b")
				.addKeyValue("quoted", "say \"hi\" \\ bye")
				.addKeyValue("path", "C:\\temp")
				.addKeyValue("nothing", (Object) null)
				.addKeyValue("null", "null")
				.addKeyValue("empty", "")
				.addKeyValue("map", Map.of("a", List.of(1, "b")))
				.addKeyValue("a key=\"x\"", 1)
				.addMarker(MarkerFactory.getMarker("AUDIT"))
				.log("order placed");
		})).isEqualTo(HEAD + "\"order placed\" user=u1 order.id=42 happy=true text=\"two words\" equation=\"a=b\""
				+ " quoted=\"say \\\"hi\\\" \\\\ bye\" path=C:\\temp nothing=null null=\"null\" empty=\"\""
				+ " map=\"{\\\"a\\\":[1,\\\"b\\\"]}\" a_key__x_=1 tags=AUDIT\n");
	}

	@Test
	void keyvalueShowsTheTypes() {
		assertThat(line("keyvalue", (logger) -> {
			MDC.put("user", "42");
			logger.atInfo()
				.addKeyValue("order", 42)
				.addKeyValue("happy", true)
				.addKeyValue("nothing", (Object) null)
				.addKeyValue("text", "it's \"fine\"")
				.log("order.placed");
		})).isEqualTo(
				QUOTED_HEAD + "'order.placed' user='42' order=42 happy=true nothing=null text='it\\'s \"fine\"'\n");
	}

	@Test
	void jsonHasTheSameNames() {
		assertThat(line("json", (logger) -> {
			MDC.put("user", "u1");
			logger.atInfo().addKeyValue("order.id", 42).addMarker(MarkerFactory.getMarker("AUDIT")).log("placed");
		})).isEqualTo("{\"timestamp\":\"%s\",\"level\":\"info\",\"logger\":\"com.example.Shop\",\"thread\":\"main\","
				+ "\"message\":\"placed\",\"user\":\"u1\",\"order.id\":42,\"tags\":[\"AUDIT\"]}\n");
	}

	@Test
	void thePropertiesOfBootApplyToJson() {
		assertThat(line("json", (logger) -> logger.info("placed"), "logging.structured.json.add.team=shop",
				"logging.structured.json.rename.message=event", "logging.structured.json.exclude=thread"))
			.isEqualTo("{\"timestamp\":\"%s\",\"level\":\"info\",\"logger\":\"com.example.Shop\",\"event\":\"placed\","
					+ "\"team\":\"shop\"}\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "logfmt", "keyvalue", "json" })
	void aStackTraceIsPartOfTheLine(String format) {
		String line = line(format,
				(logger) -> logger.error("failed", new IllegalStateException("outer", new RuntimeException("inner"))),
				"logging.structured.json.stacktrace.root=first");
		assertThat(line).contains("Wrapped by");
		assertThat(line.indexOf("java.lang.RuntimeException: inner\\n\\t")).isPositive()
			.isLessThan(line.indexOf("Wrapped by: java.lang.IllegalStateException: outer"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "logfmt", "keyvalue" })
	void namesThatClashAreRenamed(String format) {
		String line = line(format, (logger) -> {
			MDC.put("level", "bound");
			MDC.put("error.type", "bound");
			MDC.put("a b", "bound");
			logger.atInfo()
				.addKeyValue("message", 1)
				.addKeyValue("tags", 2)
				.addKeyValue("a_b", 3)
				.addMarker(MarkerFactory.getMarker("AUDIT"))
				.setCause(new IllegalStateException("broken"))
				.log("clash");
		});
		assertThat(line).contains(" field_message=1 ", " field_tags=2 ", " a_b=3 ")
			.containsPattern(" field_level='?bound'? ")
			.containsPattern(" field_error.type='?bound'? ")
			.containsPattern(" field_a_b='?bound'? ")
			.containsPattern(" error.type='?java.lang.IllegalStateException'? ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "logfmt", "keyvalue" })
	void noValueForgesOrBreaksALine(String format) {
		String forged = "a\nlevel=error\r\u0085d\u001b[31mred\u0000e\u2028f\u2029\ud800 '\" x";
		String line = line(format, (logger) -> {
			MDC.put("bound" + forged, forged);
			logger.atInfo()
				.addKeyValue("pair" + forged, forged)
				.addKeyValue("list", List.of(forged))
				.setCause(new IllegalStateException(forged))
				.log(forged);
		});
		assertThat(line.substring(0, line.length() - 1))
			.doesNotContainPattern("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029]")
			.contains("\\u001b[31mred\\u0000e\\u2028f\\u2029");
		assertThat(line).containsOnlyOnce(" level=");
	}

	@ParameterizedTest
	@ValueSource(strings = { "logfmt", "keyvalue" })
	void aLongLineKeepsTheRootCause(String format) {
		Throwable deep = new IllegalArgumentException("the root cause");
		for (int i = 0; i < 200; i++) {
			deep = new IllegalStateException("wrapper " + i + " " + "x".repeat(1000), deep);
		}
		Throwable thrown = deep;
		String line = line(format, (logger) -> {
			MDC.put("bound", "\n".repeat(1_000_000));
			logger.atError().addKeyValue("pair", "x".repeat(1_000_000)).setCause(thrown).log("m".repeat(1_000_000));
		});
		assertThat(line).hasSizeBetween(20_000, 64 * 1024)
			.contains("[truncated]\\nCaused by: java.lang.IllegalArgumentException: the root cause\\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "logfmt", "keyvalue" })
	void aLongLineOfSeparatorsIsWithinTheLimit(String format) {
		String separators = "\u2028".repeat(100_000);
		String line = line(format, (logger) -> {
			LoggingEventBuilder entry = logger.atError().setCause(new IllegalStateException(separators));
			for (int i = 0; i < 10; i++) {
				MDC.put("bound" + i, separators);
				entry = entry.addKeyValue("pair" + i, separators);
			}
			entry.log(separators);
		});
		assertThat(line).hasSizeLessThanOrEqualTo(64 * 1024).contains("[truncated]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "cairn.enabled=false", "cairn.logging.enabled=false" })
	void theFormatsOfCairnAreThereWhileItIsOff(String off) {
		Consumer<Logger> call = (logger) -> logger.info("placed");
		for (String format : List.of("logfmt", "keyvalue", "json")) {
			assertThat(line(format, call, off)).as(format).isEqualTo(line(format, call));
		}
		assertThat(LogbackLog.lines("Pretty", call, off)).singleElement().asString().contains("placed", "c.e.Shop");
		assertThat(LogbackLog.environment("logstash", off).getProperty("logging.structured.format.console"))
			.isEqualTo("logstash");
	}

	@ParameterizedTest
	@ValueSource(strings = { "logfmt", "keyvalue", "json", "pretty" })
	void theMarkerOfCommonsLoggingIsNoTag(String format) {
		Marker marker = MarkerFactory.getMarker("COMMONS-LOGGING");
		assertThat(LogbackLog.lines(format, (logger) -> {
			logger.info(marker, "started");
			logger.atInfo().addMarker(marker).addMarker(MarkerFactory.getMarker("AUDIT")).log("audited");
		})).satisfiesExactly((line) -> assertThat(line).contains("started").doesNotContain("tags", "COMMONS-LOGGING"),
				(line) -> assertThat(line).contains("tags", "AUDIT").doesNotContain("COMMONS-LOGGING"));
	}

	@Test
	void anUnknownFormatIsRefusedWithTheKnownOnes() {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> line("logfm", (logger) -> logger.info("any")))
			.satisfies((ex) -> assertThat(ex.getReason()).contains("logfmt", "ecs", "pretty", "class"));
	}

	/** Returns the line with a placeholder for its time. */
	private static String line(String format, Consumer<Logger> calls, String... properties) {
		List<String> lines = LogbackLog.lines(format, calls, properties);
		assertThat(lines).hasSize(1);
		String time = lines.get(0).replaceAll("(?s)^\\{?\"?timestamp\"?[:=]['\"]?([^ '\"]*).*", "$1");
		assertThat(Instant.parse(time)).isBefore(Instant.now().plusSeconds(1));
		return lines.get(0).replace(time, "%s");
	}

}
