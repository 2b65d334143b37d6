package dev.cairn.spring.core;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the metadata of the properties, as an IDE shows it.
 */
class ConfigurationMetadataTests {

	private static final List<JsonNode> properties = new ArrayList<>();

	private static final List<JsonNode> hints = new ArrayList<>();

	@BeforeAll
	static void read() throws IOException {
		ClassLoader loader = CairnAutoConfiguration.class.getClassLoader();
		for (URL url : Collections.list(loader.getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream in = url.openStream()) {
				JsonNode metadata = RunningApplication.json(new String(in.readAllBytes(), StandardCharsets.UTF_8));
				metadata.path("hints").forEach(hints::add);
				metadata.path("properties").forEach((property) -> {
					if (name(property).startsWith("cairn.")) {
						properties.add(property);
					}
				});
			}
		}
	}

	@Test
	void hasEveryProperty() {
		assertThat(properties).extracting(ConfigurationMetadataTests::name)
			.contains("cairn.enabled", "cairn.service", "cairn.routes", "cairn.sampling.rules", "cairn.recent",
					"cairn.redaction.words", "cairn.limits.max-message-size", "cairn.kafka.topic",
					"cairn.delivery.queue-messages", "cairn.delivery.overflow", "cairn.statsd.flush-interval",
					"cairn.delivery.give-up-after", "cairn.delivery.retry-first", "cairn.delivery.retry-max",
					"cairn.errors.statuses", "cairn.health.down-when-channel-down", "cairn.requests.enabled",
					"cairn.annotations.enabled", "cairn.metrics.enabled");
	}

	/** A property is a promise. Each has to be worth its line in the documentation. */
	@Test
	void thereAreFewProperties() {
		assertThat(properties).hasSizeLessThanOrEqualTo(190);
	}

	@Test
	void describesEveryProperty() {
		assertThat(properties).filteredOn((property) -> property.path("description").asString("").isBlank())
			.extracting(ConfigurationMetadataTests::name)
			.isEmpty();
	}

	@Test
	void endsEveryDescriptionWithAFullStop() {
		assertThat(properties).filteredOn((property) -> !property.path("description").asString("").endsWith("."))
			.extracting(ConfigurationMetadataTests::name)
			.isEmpty();
	}

	@Test
	void hasNoMarkupInDescriptions() {
		assertThat(properties).extracting((property) -> property.path("description").asString(""))
			.noneMatch((description) -> description.contains("{@"));
	}

	@Test
	void hasHintsForSinksSignalsStatusesAndEncodings() {
		assertThat(hints).extracting(ConfigurationMetadataTests::name)
			.contains("cairn.routes.to", "cairn.sampling.rules.signal", "cairn.errors.statuses", "cairn.file.encoding",
					"cairn.kafka.encoding", "cairn.stdout.encoding", "cairn.udp.encoding");
		assertThat(hints).filteredOn((hint) -> name(hint).startsWith("cairn."))
			.allSatisfy((hint) -> assertThat(hint.path("values")).isNotEmpty());
	}

	@Test
	void hasATypeForEveryProperty() {
		assertThat(properties).filteredOn((property) -> property.path("type").asString("").isBlank())
			.extracting(ConfigurationMetadataTests::name)
			.isEmpty();
	}

	@Test
	void hasNoBareLong() {
		assertThat(properties).extracting((property) -> property.path("type").asString(""))
			.doesNotContain("java.lang.Long");
	}

	@Test
	void hasTheDefaults() {
		assertThat(properties).filteredOn((property) -> !property.has("defaultValue"))
			.extracting(ConfigurationMetadataTests::name)
			.containsOnly("cairn.context.baggage", "cairn.pipe.directory", "cairn.pipe.port-directory",
					"cairn.context.meter-tags", "cairn.service", "cairn.environment", "cairn.release", "cairn.routes",
					"cairn.sampling.rules", "cairn.redaction.words", "cairn.redaction.allowed", "cairn.file.enabled",
					"cairn.kafka.bootstrap-servers", "cairn.kafka.properties", "cairn.kafka.rules",
					"cairn.kafka.spool.directory", "cairn.syslog.url", "cairn.udp.host",
					"cairn.incidents.application-packages", "cairn.errors.request-headers", "cairn.sampling.rules",
					"cairn.requests.exclude", "cairn.requests.exclude-fields", "cairn.live.conversions",
					"cairn.requests.headers", "cairn.requests.visitor.key", "cairn.requests.visitor.cookie",
					"cairn.requests.visitor.header", "cairn.requests.consent.header", "cairn.requests.consent.cookie",
					"cairn.requests.robots", "cairn.requests.visit.cookie", "cairn.requests.geo.headers",
					"cairn.requests.geo.database", "cairn.fields", "cairn.presets", "cairn.points",
					"cairn.tracing.instrument", "cairn.tracing.tail.slow", "cairn.logging.rules",
					"cairn.context.propagation.exclude-executors", "cairn.notifications.webhook-url",
					"cairn.notifications.mail-to", "cairn.notifications.mail-from", "cairn.doctor.exclude",
					"cairn.notifications.exclude", "cairn.notifications.max-error-rate",
					"cairn.notifications.max-latency");
	}

	@Test
	void startsEverySwitchWithWhether() {
		assertThat(properties).filteredOn((property) -> property.path("type").asString("").equals("java.lang.Boolean"))
			.extracting((property) -> property.path("description").asString(""))
			.allSatisfy((description) -> assertThat(description).startsWith("Whether "));
	}

	private static String name(JsonNode property) {
		return property.path("name").asString();
	}

}
