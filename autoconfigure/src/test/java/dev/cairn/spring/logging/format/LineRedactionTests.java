package dev.cairn.spring.logging.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.cairn.LogEntry;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.logging.LogProcessor;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.MarkerFactory;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.json.WritableJson;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Secrets in lines are masked if the property demands it.
 */
class LineRedactionTests {

	private static final String ON = "cairn.logging.redact=true";

	/** A member that is not part of the entry. */
	private static final String ADDED = "logging.structured.json.add.note=password=s3cret";

	@TempDir
	private Path folder;

	/** Boot leaves it to the next application of the process. */
	@BeforeEach
	void clearFormat() {
		System.clearProperty("FILE_LOG_STRUCTURED_FORMAT");
	}

	@AfterEach
	void clear() {
		MDC.clear();
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json", "logfmt", "keyvalue", "pretty" })
	void secretsAreMaskedWhereverTheyAre(String format) {
		String line = LogbackLog.lines(format, LineRedactionTests::log, ON, "cairn.redaction.words=chip").get(0);
		assertThat(line).doesNotContain("s3cret").contains("********", "harmless", "Ada", "kept", "42");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json", "logfmt", "keyvalue", "pretty" })
	void linesAreWrittenAsTheyAreByDefault(String format) {
		String line = LogbackLog.lines(format, LineRedactionTests::log).get(0);
		assertThat(line.split("s3cret", -1)).hasSizeGreaterThanOrEqualTo(8);
		assertThat(LogbackLog.lines(format, LineRedactionTests::log, ON, "cairn.redaction.enabled=false").get(0))
			.contains("s3cret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json", "logfmt", "keyvalue", "pretty" })
	void secretsOfALongLineAreMasked(String format) {
		MDC.put("long", "x".repeat(100_000));
		String line = LogbackLog
			.lines(format, (logger) -> logger.error("password=s3cret", new IllegalStateException("password=s3cret\n")),
					ON)
			.get(0);
		assertThat(line).doesNotContain("s3cret").contains("password", "[truncated]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json" })
	void nothingBesideTheSecretsIsChanged(String format) {
		Throwable thrown = new IllegalStateException("\"password\": \"s3cret\"\n\u0001\\");
		Consumer<Logger> calls = (logger) -> logger.atError()
			.addMarker(MarkerFactory.getMarker("token=s3cret"))
			.addKeyValue("order", "4111111111111111")
			.addKeyValue("ratio", 1.0E10)
			.addKeyValue("none", (Object) null)
			.addKeyValue("nested", Map.of("true", List.of(true, 1.50, "a/b")))
			.setCause(thrown)
			.log("a/b \u001b \u00fc \ud83d\ude00 password=s3cret\n{\"a\":[1.50]}");
		String plain = withoutTime(LogbackLog.lines(format, calls, ADDED).get(0));
		String masked = withoutTime(LogbackLog.lines(format, calls, ADDED, ON).get(0));
		assertThat(plain).contains("\"note\":\"password=s3cret\"", "4111111111111111");
		assertThat(masked).isEqualTo(plain.replace("s3cret", Redactor.MASK));
	}

	private static String withoutTime(String line) {
		return line.replaceFirst("\"(@timestamp|timestamp)\":[^,]*", "");
	}

	@Test
	void valuesThatAreWrittenAsJsonAreMasked() {
		WritableJson json = (out) -> out.append("{\"password\":\"s3cret\",\"list\":[\"token=s3cret\",\"kept\"]}");
		String line = LogbackLog.lines("json", (logger) -> logger.atInfo().addKeyValue("raw", json).log("placed"), ON)
			.get(0);
		assertThat(line).contains("\"raw\":{\"password\":\"********\",\"list\":[\"token=********\",\"kept\"]}");
	}

	@Test
	void linesOfPatternsAreMaskedUntilTheApplicationStops() throws IOException {
		Path file = this.folder.resolve("app.log");
		Logger logger = LoggerFactory.getLogger("com.example.Shop");
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class, ON,
				"logging.file.name=" + file)) {
			logger.info("password=s3cret");
			logger.error("failed on", new IllegalStateException("token=s3cret"));
		}
		logger.info("password=visible off");
		assertThat(Files.readString(file)).doesNotContain("s3cret")
			.contains("password=********", "failed on", "token=********", "password=visible off");
	}

	@ParameterizedTest
	@ValueSource(strings = { "logging.structured.format.file=ecs", "logging.structured.format.file=json",
			"logging.pattern.file=%msg %kvp%n" })
	void valuesThatAProcessorAddsAreMasked(String rendering) throws IOException {
		Path file = this.folder.resolve("processed.log");
		try (RunningApplication application = RunningApplication.startWithoutWeb(ProcessorApplication.class, ON,
				"logging.file.name=" + file, rendering)) {
			LoggerFactory.getLogger("com.example.Shop").info("placed");
			assertThat(application.bean(Received.class).keyValues).containsEntry("api_key", "s3cret");
		}
		assertThat(Files.readAllLines(file)).filteredOn((line) -> line.contains("placed"))
			.singleElement()
			.asString()
			.contains("api_key", "password=********")
			.doesNotContain("s3cret");
	}

	@Test
	void aConfigurationThatIsReadAgainIsMaskedToo() throws IOException {
		Path config = this.folder.resolve("logback-spring.xml");
		Path file = this.folder.resolve("scanned.log");
		write(config, file, "com.example.first", true);
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class, ON,
				"logging.config=" + config)) {
			write(config, file, "com.example.second", false);
			Logger second = LoggerFactory.getLogger("com.example.second");
			RunningApplication.await(() -> {
				Files.setLastModifiedTime(config, java.nio.file.attribute.FileTime.from(java.time.Instant.now()));
				second.info("scanned");
				return Files.exists(file) && Files.readString(file).contains("scanned");
			});
			// The appender receives lines before Logback has read the whole file
			RunningApplication.await(() -> {
				second.info("password=s3cret");
				return Files.readString(file).endsWith("password=********" + System.lineSeparator());
			});
		}
	}

	private static void write(Path config, Path log, String logger, boolean scan) throws IOException {
		Files.writeString(config, """
				<configuration scan="%s" scanPeriod="20 milliseconds">
					<appender name="FILE" class="ch.qos.logback.core.FileAppender">
						<file>%s</file>
						<encoder><pattern>%%msg%%n</pattern></encoder>
					</appender>
					<appender name="ASYNC" class="ch.qos.logback.classic.AsyncAppender">
						<neverBlock>false</neverBlock>
						<appender-ref ref="FILE"/>
					</appender>
					<logger name="%s" level="info" additivity="false"><appender-ref ref="FILE"/></logger>
				</configuration>
				""".formatted(scan, log, logger));
	}

	private static void log(Logger logger) {
		MDC.put("password", "s3cret");
		MDC.put("name", "Ada");
		logger.atError()
			.addKeyValue("api_key", "s3cret")
			.addKeyValue("chip", "s3cret")
			.addKeyValue("order", 42)
			.addKeyValue("nested", Map.of("client_secret", "s3cret", "list", List.of("password=s3cret", "kept")))
			.addKeyValue("header", "Authorization: Bearer s3cret")
			.setCause(new IllegalStateException("token=s3cret", new RuntimeException("password=s3cret")))
			.log("harmless password=s3cret");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ProcessorApplication {

		@Bean
		@Order(1)
		LogProcessor credentials() {
			return (entry) -> entry.text().equals("placed")
					? entry.with("api_key", "s3cret").with("note", "password=s3cret") : entry;
		}

		@Bean
		@Order(2)
		Received received() {
			return new Received();
		}

	}

	/** Keeps what the processors before it have added. */
	static class Received implements LogProcessor {

		private Map<String, Object> keyValues = Map.of();

		@Override
		public LogEntry process(LogEntry entry) {
			if (entry.text().equals("placed")) {
				this.keyValues = entry.keyValues();
			}
			return entry;
		}

	}

}
