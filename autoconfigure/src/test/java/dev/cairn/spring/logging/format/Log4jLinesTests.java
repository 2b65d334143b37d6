package dev.cairn.spring.logging.format;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.testing.SentryServer;
import org.apache.logging.log4j.CloseableThreadContext;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.MarkerManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.logging.structured.StructuredLogFormatter;
import org.springframework.boot.logging.structured.StructuredLogFormatterFactory;
import org.springframework.core.env.Environment;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The formats with Log4j2, in a process without Logback.
 */
class Log4jLinesTests {

	private static final JsonMapper strict = JsonMapper.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.build();

	@TempDir
	private Path folder;

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json" })
	void everyLineIsJson(String format) {
		List<String> lines = lines(format);
		assertThat(lines).hasSize(8);
		List<JsonNode> read = lines.stream().map(strict::readTree).toList();
		assertThat(read.get(0).toString()).contains("order placed", "\"u1\"");
		assertThat(read.get(1).toString()).contains("\"clash\"", "\"bound\"", "\"bound error\"", "\"bound order\"",
				"\"42\"", "IllegalStateException: broken");
		assertThat(read.get(2).toString()).contains("happy", "yes", "\"bound\"");
		assertThat(lines.get(3)).hasSizeLessThanOrEqualTo(64 * 1024).contains("[truncated]");
		assertThat(lines.get(4)).contains("forged\\nlevel=error\\r\\u001B[31mred");
		assertThat(lines.get(5)).contains("null", "NullPointerException");
		assertThat(lines.get(6)).contains("null");
		assertThat(lines.get(7)).contains("unreadable", "Log4jApplication$Unreadable", "getMessage() failed",
				"Log4jApplication.log");
	}

	@ParameterizedTest
	@ValueSource(strings = { "logfmt", "keyvalue" })
	void everyEntryIsALine(String format) {
		List<String> lines = lines(format);
		assertThat(lines).hasSize(8);
		assertThat(lines.get(0)).matches("timestamp=\\S+ level='?info'? .*message=.order placed. user='?u1'?");
		assertThat(lines.get(1)).containsPattern(" field_message='?bound'? ")
			.contains(" order.id=", "tags=", "error.stack_trace=");
		assertThat(lines.get(2)).containsPattern(" happy='?yes'?");
		assertThat(lines.get(3)).hasSizeLessThanOrEqualTo(64 * 1024).contains("[truncated]");
		assertThat(lines.get(4)).contains("forged\\nlevel=error\\r\\u001b[31mred");
		assertThat(lines.get(5)).contains("null", "NullPointerException");
		assertThat(lines.get(6)).contains("null");
		assertThat(lines.get(7)).contains("unreadable", "Log4jApplication$Unreadable", "getMessage() failed",
				"Log4jApplication.log");
	}

	@ParameterizedTest
	@ValueSource(strings = "pretty")
	void linesForDevelopersAreWritten(String format) {
		List<String> lines = lines(format);
		assertThat(lines).hasSize(8)
			.first()
			.asString()
			.matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  order placed {25}c.e.Shop user=u1 \\[main]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf", "json", "logfmt", "keyvalue", "pretty" })
	void secretsAreMaskedWhereverTheyAre(String format) {
		MockEnvironment environment = new MockEnvironment().withProperty("cairn.logging.redact", "true");
		String line = lines(format, environment, Log4jLinesTests::logSecrets).get(0);
		assertThat(line).doesNotContain("s3cret")
			.contains("********", "harmless", "Ada", "kept", IllegalStateException.class.getName());
	}

	private static void logSecrets(Logger logger) {
		try (CloseableThreadContext.Instance context = CloseableThreadContext.put("api_key", "s3cret")
			.put("name", "Ada")
			.put("note", "kept password=s3cret")) {
			logger.atError()
				.withMarker(MarkerManager.getMarker("token=s3cret"))
				.withThrowable(new IllegalStateException("token=s3cret", new RuntimeException("password=s3cret")))
				.log("harmless Authorization: Bearer s3cret");
		}
	}

	@Test
	void theFormatsAreThoseOfAnApplication() throws Exception {
		Path log = this.folder.resolve("app.log");
		String console = run("--logging.config=classpath:org/springframework/boot/logging/log4j2/log4j2-file.xml",
				"--logging.structured.format.console=logfmt", "--logging.structured.format.file=ecs",
				"--logging.file.name=" + log, "--cairn.file.directory=" + this.folder.resolve("events"),
				"--cairn.logging.rules[0].logger=com.example.*", "--cairn.logging.rules[0].message=true");
		assertThat(console)
			.containsPattern("timestamp=\\S+ level=info .*message=\"order placed\" processed=true user=u1")
			.contains(" field_message=bound ")
			.containsPattern("message=clash .*errorId=[0-9a-f]{32} .*processed=true");
		assertThat(Files.readAllLines(log)).map(strict::readTree)
			.filteredOn((line) -> line.get("log").get("logger").asString().equals("com.example.Shop"))
			.hasSize(8);
		assertThat(events()).contains("\"type\":\"log\"", "\"payload\":\"order placed\"");
		// By the bridge that Boot installs
		assertThat(console).containsPattern("message=\"legacy failed\" .*errorId=[0-9a-f]{32} .*user=u2");
	}

	@Test
	void aSinkThatLogsCausesNoIncidents() throws Exception {
		String console = run("--logging.config=classpath:org/springframework/boot/logging/log4j2/log4j2.xml",
				"--cairn.file.directory=" + this.folder.resolve("events"));
		assertThat(console).contains("the sink logs when it is called", "the sink logs when it delivers");
		assertThat(events().lines().filter((line) -> line.contains("\"type\":\"exception\""))).hasSize(4)
			.noneMatch((line) -> line.contains("of the sink") || line.contains("the sink logs"))
			.anySatisfy((line) -> assertThat(line).contains("of the JDK", "com.acme.Legacy"));
	}

	private String events() throws IOException {
		try (Stream<Path> files = Files.walk(this.folder.resolve("events"))) {
			StringBuilder events = new StringBuilder();
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				events.append(Files.readString(file));
			}
			return events.toString();
		}
	}

	@Test
	void theErrorIdIsInTheDefaultPattern() throws Exception {
		// A library of the tests has a configuration of its own
		String console = run("--logging.config=classpath:org/springframework/boot/logging/log4j2/log4j2.xml");
		assertThat(console).containsPattern("ERROR \\[[0-9a-f]{32}] \\d+ --- .* : clash")
			.containsPattern(" INFO \\d+ --- .* : order placed");
	}

	@Test
	void theEventsOfSentryHaveTheBreadcrumbsOfTheLog() throws Exception {
		try (SentryServer sentry = SentryServer.started()) {
			String console = run("--logging.config=classpath:org/springframework/boot/logging/log4j2/log4j2.xml",
					"--sentry.dsn=" + sentry.dsn());
			assertThat(sentry.events()).as(console).anySatisfy((event) -> {
				assertThat(event.at("/message/formatted").asString("")).isEqualTo("clash");
				assertThat(event.at("/breadcrumbs").toString()).contains("\"order placed\"", "com.example.Shop");
			});
		}
	}

	private String run(String... arguments) throws Exception {
		Path output = this.folder.resolve("output.log");
		List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
				"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classPath(), Log4jApplication.class.getName(),
				"--spring.main.banner-mode=off"));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).directory(this.folder.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		String console = Files.readString(output);
		assertThat(process.exitValue()).as(console).isZero();
		return console;
	}

	/** As Boot's layout does. */
	private static List<String> lines(String format) {
		return lines(format, new MockEnvironment(), Log4jApplication::log);
	}

	private static List<String> lines(String format, Environment environment, Consumer<Logger> calls) {
		String type = Log4jLines.class.getName() + "$" + switch (format) {
			case "keyvalue" -> "KeyValue";
			default -> StringUtils.capitalize(format);
		};
		StructuredLogFormatter<LogEvent> formatter = new StructuredLogFormatterFactory<>(LogEvent.class, environment,
				null, (formats) -> {
				})
			.get(type);
		List<String> lines = new ArrayList<>();
		AbstractAppender appender = new AbstractAppender("lines", null, null, true, Property.EMPTY_ARRAY) {

			@Override
			public void append(LogEvent event) {
				lines.add(formatter.format(event).stripTrailing());
			}

		};
		try (LoggerContext context = new LoggerContext("test")) {
			context.start(new DefaultConfiguration());
			appender.start();
			context.getConfiguration().getRootLogger().addAppender(appender, Level.INFO, null);
			context.getConfiguration().getRootLogger().setLevel(Level.INFO);
			context.updateLoggers();
			calls.accept(context.getLogger("com.example.Shop"));
		}
		return lines;
	}

	/** Without Logback, and without the bridge from Log4j2 to it. */
	private static String classPath() {
		return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.matches(".*/(logback-|log4j-to-slf4j-)[^/]*\\.jar"))
			.map((entry) -> new File(entry).getAbsolutePath())
			.collect(Collectors.joining(File.pathSeparator));
	}

}
