package dev.cairn.spring.core;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for the lines that Cairn logs at the start.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartReportTests {

	@TempDir
	private Path directory;

	@Test
	void namesTheFolderAndWhatToSetWithoutADestination() {
		assertThat(report("cairn.file.enabled=true", "cairn.file.directory=" + this.directory)).startsWith(
				"Cairn sends events of shop to memory and file, errors to memory and file, and metrics to nowhere. ")
			.contains("file (cairn.file.enabled is set)", "Writes to " + this.directory,
					"No destination is configured: set spring.kafka.bootstrap-servers for events, sentry.dsn for errors");
	}

	@Test
	void namesWhatIsSwitchedOff() {
		assertThat(report("cairn.file.enabled=true", "cairn.file.directory=" + this.directory,
				"sentry.dsn=http://key@127.0.0.1:9/1", "cairn.sentry.enabled=false", "cairn.udp.host=127.0.0.1"))
			.contains("On: udp (cairn.udp.host is set), file (", "sentry (cairn.sentry.enabled is false)")
			.doesNotContain("No destination is configured");
	}

	@Test
	void mentionsThatAFolderInMemoryDoesNotStay() throws IOException {
		Path memory = Path.of("/dev/shm");
		assumeThat(Files.isDirectory(memory)).isTrue();
		assumeThat(Files.getFileStore(memory).type()).isEqualTo("tmpfs");
		assertThat(EphemeralStorage.of(memory.resolve("cairn-spool/not-yet-there"))).contains("memory");
	}

	@Test
	void warnsOfKeysThatNoPropertyHas(CapturedOutput output) throws IOException {
		Path metadata = this.directory.resolve("META-INF/spring-configuration-metadata.json");
		Files.createDirectories(metadata.getParent());
		Files.writeString(metadata, """
				{ "groups": [ { "name": "cairn.requests", "type": "dev.cairn.X", "sourceType": "dev.cairn.X" } ],
				  "properties": [
				    { "name": "cairn.requests.enabled", "type": "java.lang.Boolean" },
				    { "name": "cairn.limits.max-fields", "type": "java.lang.Integer" },
				    { "name": "cairn.requests.headers", "type": "java.util.Map<java.lang.String,java.lang.String>" },
				    { "name": "cairn.routes", "type": "java.util.List<dev.cairn.X>" } ] }""");
		MockEnvironment environment = new MockEnvironment().withProperty("cairn.request.enabled", "false")
			.withProperty("cairn.limits.maxFields", "5")
			.withProperty("cairn.limits.max-field", "5")
			.withProperty("cairn.requests.headers.country", "CF-IPCountry")
			.withProperty("cairn.routes[0].type", "a")
			.withProperty("other.key", "x");
		try (URLClassLoader loader = new URLClassLoader(new URL[] { this.directory.toUri().toURL() }, null)) {
			UnknownProperties.warn(environment, loader);
		}
		assertThat(output.getAll())
			.contains("Cairn has no property cairn.limits.max-field (did you mean cairn.limits.max-fields?), "
					+ "cairn.request.enabled (did you mean cairn.requests.enabled?)")
			.doesNotContain("country", "cairn.routes", "maxFields");
	}

	@Test
	void warnsOfUnknownKeysOfTheElementsOfMaps(CapturedOutput output) {
		MockEnvironment environment = new MockEnvironment()
			.withProperty("cairn.points.order.paid.method", "orderService#pay")
			.withProperty("cairn.points.order.paid.late.fields.id", "#id")
			.withProperty("cairn.points.seen.methods", "orderService#get")
			.withProperty("cairn.points[order.read].method", "orderService#read")
			.withProperty("cairn.points.viewed.method", "orderService#view")
			.withProperty("cairn.points.viewed.fields.order.id", "#id")
			.withProperty("cairn.points.viewed.fields[a.b]", "#id")
			.withProperty("cairn.presets.big.basket.rate", "1")
			.withProperty("cairn.presets.small.rate", "1");
		UnknownProperties.warn(environment, getClass().getClassLoader());
		assertThat(output.getAll())
			.contains("cairn.points.order.paid.method (a name with a dot needs brackets: "
					+ "cairn.points[order.paid].method)")
			.contains("cairn.points.order.paid.late.fields.id (a name with a dot needs brackets: "
					+ "cairn.points[order.paid.late].fields.id)")
			.contains("cairn.points.seen.methods (use one of [category, condition, enabled, fields, method, ")
			.contains(
					"cairn.presets.big.basket.rate (a name with a dot needs brackets: cairn.presets[big.basket].rate)")
			.doesNotContain("order.read", "viewed", "small");
	}

	@Test
	void doesNotPrintASecretThatIsInvalid() {
		MockEnvironment environment = new MockEnvironment().withProperty("cairn.requests.visitor.key", "hunter2")
			.withProperty("cairn.kafka.properties.sasl.password", "hunter2")
			.withProperty("cairn.recent", "-1");
		assertThat(describe(environment, "cairn.requests.visitor.key", Redactor.MASK)).contains("'********'")
			.doesNotContain("hunter2");
		assertThat(describe(environment, "cairn.kafka.properties.sasl.password", "hunter2")).contains("'********'")
			.doesNotContain("hunter2");
		assertThat(describe(environment, "cairn.recent", "-1")).as("left to Boot").isNull();
	}

	@Test
	void readsNoMetadataOfAnApplicationWithoutKeys() {
		UnknownProperties.warn(new MockEnvironment(), new ClassLoader() {

			@Override
			public Enumeration<URL> getResources(String name) {
				throw new IllegalStateException(name);
			}

		});
	}

	private static String describe(MockEnvironment environment, String name, Object value) {
		FailureAnalysis analysis = new InvalidPropertyFailureAnalyzer(environment)
			.analyze(new InvalidConfigurationPropertyValueException(name, value, "It must be longer."));
		return (analysis != null) ? analysis.getDescription() : null;
	}

	private static String report(String... properties) {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class, properties)) {
			List<String> lines = RunningApplication.logEvents()
				.stream()
				.map(ILoggingEvent::getFormattedMessage)
				.filter((line) -> line.startsWith("Cairn sends "))
				.toList();
			assertThat(lines).hasSize(1);
			return lines.get(0);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
