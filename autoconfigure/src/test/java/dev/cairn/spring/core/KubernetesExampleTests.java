package dev.cairn.spring.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the example for Kubernetes to the properties that there are.
 */
class KubernetesExampleTests {

	private static final Path EXAMPLE = Path.of("..", "src", "ops", "kubernetes", "cairn-service.yml");

	private final JsonNode config = resource("ConfigMap");

	private final JsonNode service = resource("StatefulSet");

	private final Properties properties = properties();

	@Test
	void everyPropertyExists() throws IOException {
		Set<String> known = new TreeSet<>();
		Set<String> maps = new TreeSet<>();
		for (URL url : Collections
			.list(getClass().getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream metadata = url.openStream()) {
				for (JsonNode property : JsonMapper.shared().readTree(metadata).path("properties")) {
					String type = property.path("type").asString("");
					(type.startsWith("java.util.Map") ? maps : known).add(property.path("name").asString());
				}
			}
		}
		assertThat(this.properties.stringPropertyNames()).hasSizeGreaterThan(15)
			.anyMatch((name) -> name.startsWith("cairn."))
			.allSatisfy((name) -> assertThat(
					known.contains(name) || maps.stream().anyMatch((map) -> name.startsWith(map + ".")))
				.as(name)
				.isTrue());
	}

	@Test
	void theProcessHasTimeToStop() {
		JsonNode pod = this.service.at("/spec/template/spec");
		JsonNode container = pod.at("/containers/0");
		long needed = container.at("/lifecycle/preStop/exec/command/1").asLong()
				+ seconds("spring.lifecycle.timeout-per-shutdown-phase") + seconds("cairn.shutdown-timeout") + 1;
		assertThat(pod.path("terminationGracePeriodSeconds").asLong()).isGreaterThan(needed);
		assertThat(this.properties.getProperty("server.shutdown")).isEqualTo("graceful");
	}

	@Test
	void theSpoolIsOnAVolumeThatHasRoom() {
		String directory = this.properties.getProperty("cairn.kafka.spool.directory");
		JsonNode claim = this.service.at("/spec/volumeClaimTemplates/0");
		assertThat(this.service.at("/spec/template/spec/containers/0/volumeMounts").valueStream())
			.anySatisfy((mount) -> {
				assertThat(mount.path("mountPath").asString()).isEqualTo(directory);
				assertThat(mount.path("name")).isEqualTo(claim.at("/metadata/name"));
			});
		assertThat(claim.at("/spec/resources/requests/storage").asString()).isEqualTo("1Gi");
		assertThat(size("cairn.kafka.spool.max-size") + size("cairn.kafka.dead-letters.max-size"))
			.isLessThan(DataSize.ofGigabytes(1).toBytes());
	}

	@Test
	void theProbesAreOnTheExposedHealth() {
		JsonNode container = this.service.at("/spec/template/spec/containers/0");
		for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
			assertThat(container.at("/" + probe + "/httpGet/port").asString()).isEqualTo("management");
			assertThat(container.at("/" + probe + "/httpGet/path").asString()).startsWith("/actuator/health/");
		}
		assertThat(container.at("/ports/1/containerPort").asString())
			.isEqualTo(this.properties.getProperty("management.server.port"));
		assertThat(this.properties.getProperty("management.endpoints.web.exposure.include")).contains("health");
	}

	private long seconds(String property) {
		return DurationStyle.detectAndParse(this.properties.getProperty(property)).toSeconds();
	}

	private long size(String property) {
		return DataSize.parse(this.properties.getProperty(property)).toBytes();
	}

	private Properties properties() {
		YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
		yaml.setResources(new ByteArrayResource(this.config.at("/data/application.yml").asString().getBytes()));
		Properties properties = new Properties();
		// The factory has values of their own types
		yaml.getObject().forEach((name, value) -> properties.setProperty(name.toString(), value.toString()));
		return properties;
	}

	private static JsonNode resource(String kind) {
		try (Reader reader = Files.newBufferedReader(EXAMPLE)) {
			return StreamSupport.stream(new Yaml().loadAll(reader).spliterator(), false)
				.filter((document) -> document instanceof Map<?, ?> map && kind.equals(map.get("kind")))
				.map((document) -> (JsonNode) JsonMapper.shared().valueToTree(document))
				.findFirst()
				.orElseThrow();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
