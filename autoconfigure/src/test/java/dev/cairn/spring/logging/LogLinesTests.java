package dev.cairn.spring.logging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

import dev.cairn.Message;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The lines of the application are neither lost nor altered, whatever its logging
 * configuration is, and its failures are captured.
 */
class LogLinesTests {

	private static final Logger logger = LoggerFactory.getLogger("com.example.Shop");

	@TempDir
	private Path folder;

	/** Boot leaves it to the next application of the process. */
	@AfterEach
	void clearFormat() {
		System.clearProperty("FILE_LOG_STRUCTURED_FORMAT");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf" })
	void aStructuredLineWithKeysOfTheApplicationIsWritten(String format) throws IOException {
		Path file = this.folder.resolve("app.log");
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class,
				"logging.file.name=" + file, "logging.structured.format.file=" + format)) {
			logger.atError().addKeyValue("errorId", "own").addKeyValue("traceId", "own").log("with key-values");
			logger.atError()
				.addKeyValue("errorId", "own")
				.addKeyValue("spanId", "own")
				.setCause(new IllegalStateException("thrown"))
				.log("with a throwable");
			MDC.put("errorId", "bound");
			MDC.put("traceId", "bound-trace");
			logger.error("with bindings", new IllegalStateException("bound"));
			MDC.clear();
			logger.error("without keys", new IllegalStateException("without"));
			List<String> lines = Files.readAllLines(file);
			assertThat(lines).anySatisfy((line) -> assertThat(line).contains("with key-values", "\"own\""))
				.anySatisfy((line) -> assertThat(line).contains("with a throwable", "\"own\""))
				.anySatisfy((line) -> assertThat(line).contains("with bindings", "\"bound\"", "\"bound-trace\""))
				.anySatisfy((line) -> assertThat(line).contains("without keys", "rrorId"));
			assertThat(application.messages(Message.TYPE_EXCEPTION)).hasSizeGreaterThanOrEqualTo(3);
		}
	}

	@Test
	void aLineOfCairnsFormatHasTheIdOfTheIncident() throws IOException {
		Path file = this.folder.resolve("app.log");
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class,
				"logging.file.name=" + file, "logging.structured.format.file=logfmt")) {
			logger.atError().addKeyValue("order", 42).setCause(new IllegalStateException("broken")).log("it failed");
			assertThat(Files.readAllLines(file)).filteredOn((line) -> line.contains("it failed"))
				.singleElement()
				.asString()
				.contains(" message=\"it failed\" ", " order=42 ", " error.message=broken ")
				.containsPattern(" errorId=[0-9a-f]{32} ");
		}
	}

	@Test
	void theKeysOfTheApplicationStay() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class)) {
			MDC.put("errorId", "own");
			MDC.put("traceId", "own-trace");
			logger.error("bound", new IllegalStateException("bound"));
			MDC.clear();
			assertThat(RunningApplication.logEvents()).filteredOn((line) -> line.getMessage().equals("bound"))
				.singleElement()
				.satisfies((line) -> assertThat(line.getMDCPropertyMap())
					.isEqualTo(Map.of("errorId", "own", "traceId", "own-trace")));
			assertThat(application.messages(Message.TYPE_EXCEPTION)).hasSize(1);
		}
	}

	@Test
	void aConfigurationThatIsScannedIsFollowed() throws IOException {
		Path config = this.folder.resolve("logback-spring.xml");
		Path log = this.folder.resolve("audit.log");
		write(config, log, "com.example.audit", true);
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class,
				"logging.config=" + config)) {
			LoggerFactory.getLogger("com.example.audit").error("first", new IllegalStateException("first"));
			assertThat(Files.readString(log)).contains("first [").doesNotContain("first []");
			write(config, log, "com.example.other", true);
			awaitScan(log, "com.example.other");
			LoggerFactory.getLogger("com.example.other").error("second", new IllegalStateException("second"));
			LoggerFactory.getLogger("com.example.audit").error("third", new IllegalStateException("third"));
			assertThat(application.messages(Message.TYPE_EXCEPTION))
				.extracting((message) -> message.thrown().getMessage())
				.containsExactly("first", "second", "third");
			assertThat(Files.readString(log)).contains("second [");
			// A scan would reset the logging of the next application while that starts
			write(config, log, "com.example.last", false);
			awaitScan(log, "com.example.last");
		}
	}

	private static void awaitScan(Path log, String logger) {
		RunningApplication.await(() -> {
			LoggerFactory.getLogger(logger).info("{} is scanned", logger);
			return Files.readString(log).contains(logger + " is scanned");
		});
	}

	/** Replaces the configuration at once, so that each one is scanned once. */
	private static void write(Path config, Path log, String logger, boolean scan) throws IOException {
		Path replacement = config.resolveSibling("replacement.xml");
		Files.writeString(replacement, """
				<configuration scan="%s" scanPeriod="20 milliseconds">
					<include resource="org/springframework/boot/logging/logback/base.xml"/>
					<appender name="AUDIT" class="ch.qos.logback.core.FileAppender">
						<file>%s</file>
						<encoder><pattern>%%msg [%%X{errorId}]%%n</pattern></encoder>
					</appender>
					<logger name="%s" additivity="false"><appender-ref ref="AUDIT"/></logger>
				</configuration>
				""".formatted(scan, log, logger));
		Files.move(replacement, config, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
