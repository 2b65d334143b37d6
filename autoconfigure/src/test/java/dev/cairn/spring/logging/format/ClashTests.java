package dev.cairn.spring.logging.format;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.MDC;
import org.slf4j.MarkerFactory;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A line is valid JSON with all of its values whatever their names are.
 */
class ClashTests {

	/** Readers may keep either value of a name that is there twice. */
	private static final JsonMapper strict = JsonMapper.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.build();

	@AfterEach
	void clear() {
		MDC.clear();
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json" })
	void everyNameOfAFormatIsFree(String format) {
		List<String> names = List.of("@timestamp", "@version", "message", "error", "errorId", "error.type",
				"error.message", "error_message", "error_type", "stack_trace", "error_stack_trace", "full_message",
				"tags", "log", "log.level", "level", "level_value", "level_name", "_level_name", "logger_name",
				"log_logger", "thread_name", "process", "process.pid", "process_pid", "process_thread_name", "service",
				"service.name", "service_version", "ecs", "ecs.version", "version", "host", "timestamp",
				"short_message", "id", "_id");
		List<JsonNode> lines = lines(format, (logger) -> {
			for (String name : names) {
				for (String nameOfBinding : List.of(name, "order")) {
					MDC.put(nameOfBinding, "bound-" + name);
					logger.atInfo()
						.addKeyValue(name, "pair-" + name)
						.addMarker(MarkerFactory.getMarker("AUDIT"))
						.setCause(new IllegalStateException("broken"))
						.log("clash of {}", name);
					logger.atInfo().addKeyValue(name, "pair-" + name).log("clash of {}", name);
					MDC.clear();
				}
			}
		});
		assertThat(lines).hasSize(4 * names.size());
		for (int i = 0; i < lines.size(); i++) {
			String name = names.get(i / 4);
			assertThat(lines.get(i).toString()).contains("clash of " + name, "\"pair-" + name + "\"",
					"\"bound-" + name + "\"");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json" })
	void allValuesOfAThrowableStay(String format) {
		JsonNode line = line(format, (logger) -> {
			MDC.put("error", "bound");
			MDC.put("stack_trace", "bound");
			MDC.put("error_message", "bound");
			logger.atInfo().setCause(new IllegalStateException("broken")).log("failed");
		});
		assertThat(line.toString()).contains("IllegalStateException: broken").contains("\"bound\"");
		assertThat(line.findValues("field_error").size() + line.findValues("field_stack_trace").size()
				+ line.findValues("_field_error_message").size())
			.isOne();
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json" })
	void namesWithDotsAndWithoutAreBothWritten(String format) {
		JsonNode line = line(format, (logger) -> {
			MDC.put("order", "bound");
			MDC.put("customer.name", "Ada");
			MDC.put("a.b.c", "deep");
			logger.atInfo()
				.addKeyValue("order.id", 42)
				.addKeyValue("customer", "c1")
				.addKeyValue("a.b", "less deep")
				.addKeyValue(".", "dot")
				.addKeyValue("", "empty")
				.addKeyValue("end.", "end")
				.addKeyValue("end", "end 2")
				.log("nested");
		});
		assertThat(line.toString()).contains("\"bound\"", "42", "\"Ada\"", "\"c1\"", "\"deep\"", "\"less deep\"",
				"\"dot\"", "\"empty\"", "\"end\"", "\"end 2\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json" })
	void aKeyThatIsUsedTwiceIsRenamed(String format) {
		JsonNode line = line(format, (logger) -> {
			MDC.put("user", "bound");
			MDC.put("same", "equal");
			logger.atInfo()
				.addKeyValue("user", "first")
				.addKeyValue("user", "second")
				.addKeyValue("same", "equal")
				.log("twice");
		});
		String prefix = format.equals("gelf") ? "_" : "";
		assertThat(line.get(prefix + "user").asString()).isEqualTo("first");
		assertThat(line.get(prefix + "field_user").asString()).isEqualTo("second");
		assertThat(line.get(prefix + "field_field_user").asString()).isEqualTo("bound");
		assertThat(line.get(prefix + "same").asString()).isEqualTo("equal");
		assertThat(line.has(prefix + "field_same")).isFalse();
	}

	@Test
	void aNameThatGelfForbidsIsChangedAndNotDropped() {
		JsonNode line = line("gelf", (logger) -> {
			MDC.put("id", "7");
			MDC.put("_x", "1");
			logger.atInfo().addKeyValue("x", "2").addKeyValue("größe in m", "3").log("names");
		});
		assertThat(line.get("_field_id").asString()).isEqualTo("7");
		assertThat(line.get("_x").asString()).isEqualTo("2");
		assertThat(line.get("_field_x").asString()).isEqualTo("1");
		assertThat(line.get("_gr__e_in_m").asString()).isEqualTo("3");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf" })
	void aLineWithoutAClashIsThatOfBoot(String format) {
		Consumer<Logger> call = (logger) -> {
			MDC.put("user", "u1");
			logger.atInfo()
				.addKeyValue("order.id", 42)
				.addKeyValue("tags", "none")
				.addKeyValue("price", 9.5)
				.log("placed");
			MDC.put("error", "without a throwable");
			logger.info("no throwable");
			MDC.clear();
			logger.atInfo().setCause(new IllegalStateException("broken", new IOException("cause"))).log("failed");
		};
		MDC.clear();
		List<String> ours = LogbackLog.lines(format, call);
		MDC.clear();
		List<String> boots = LogbackLog.lines(format, call, "cairn.logging.enabled=false");
		assertThat(withoutTimes(ours)).isEqualTo(withoutTimes(boots));
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json" })
	void namesOfPropertiesAreReserved(String format) {
		JsonNode line = line(format, (logger) -> {
			MDC.put("team", "bound");
			MDC.put("msg", "bound too");
			logger.atInfo().addKeyValue("_team", "pair").log("renamed");
		}, "logging.structured.json.add.team=shop", "logging.structured.json.rename.message=msg");
		assertThat(line.toString()).contains("\"shop\"", "\"bound\"", "\"bound too\"", "\"pair\"", "\"renamed\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json" })
	void thePrefixOfTheContextIsRespected(String format) {
		JsonNode line = line(format, (logger) -> {
			MDC.put("message", "bound");
			MDC.put("name", "bound name");
			logger.atInfo().addKeyValue("pid", "pair").log("prefixed");
		}, "logging.structured.json.context.prefix=thread");
		assertThat(line.toString()).contains("\"bound\"", "\"bound name\"", "\"pair\"", "\"prefixed\"");
	}

	@Test
	void theContextIsLeftOutIfThePropertyDemandsIt() {
		JsonNode line = line("ecs", (logger) -> {
			MDC.put("message", "bound");
			logger.atInfo().log("alone");
		}, "logging.structured.json.context.include=false");
		assertThat(line.toString()).doesNotContain("bound");
	}

	private static JsonNode line(String format, Consumer<Logger> calls, String... properties) {
		List<JsonNode> lines = lines(format, calls, properties);
		assertThat(lines).hasSize(1);
		return lines.get(0);
	}

	private static List<JsonNode> lines(String format, Consumer<Logger> calls, String... properties) {
		return LogbackLog.lines(format, calls, properties).stream().map(strict::readTree).toList();
	}

	private static List<String> withoutTimes(List<String> lines) {
		return lines.stream()
			.map((line) -> line.replaceAll("\"@?timestamp\":[^,]*", "").replaceAll("\\$\\$?Lambda[^)]*", ""))
			.map((line) -> line.replaceAll("ClashTests\\.[^)]*\\)", ""))
			.toList();
	}

}
