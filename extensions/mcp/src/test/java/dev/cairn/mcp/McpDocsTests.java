package dev.cairn.mcp;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.server.McpServer;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Holds the page to the tools and the properties that there are.
 */
class McpDocsTests {

	private static final Path PAGE = Path.of("..", "..", "src", "docs", "mcp.md");

	private static List<String> rows(String title) {
		try {
			return Files.readString(PAGE)
				.lines()
				.dropWhile((line) -> !line.startsWith("| " + title + " |"))
				.skip(2)
				.takeWhile((line) -> line.startsWith("|"))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String name(String row) {
		return row.split("`")[1];
	}

	/** Returns the names of the documented tools. */
	static List<String> tools() {
		return rows("tool").stream().map(McpDocsTests::name).toList();
	}

	@Test
	void everyPropertyHasARowWithItsDefault() throws IOException {
		List<JsonNode> properties = properties();
		List<String> rows = rows("property");
		assertThat(rows).extracting(McpDocsTests::name)
			.containsExactlyInAnyOrderElementsOf(
					properties.stream().map((property) -> property.path("name").asString()).toList());
		assertThat(properties).allSatisfy((property) -> {
			assertThat(property.path("description").asString()).endsWith(".");
			String byDefault = property.path("defaultValue").asString("");
			assertThat(rows).filteredOn((row) -> name(row).equals(property.path("name").asString()))
				.singleElement()
				.satisfies((row) -> assertThat(row).contains(byDefault.isEmpty() ? "|" : "`" + byDefault + "`"));
		});
	}

	@Test
	void theSizesOfTheLibrariesAreDocumented() {
		Map<String, Class<?>> jars = Map.of("reactor-core", Mono.class, "mcp-core", McpServer.class,
				"mcp-json-jackson3", JacksonMcpJsonMapper.class, "reactive-streams", Publisher.class);
		List<String> rows = rows("jar");
		assertThat(rows).extracting(McpDocsTests::name).containsExactlyInAnyOrderElementsOf(jars.keySet());
		assertThat(rows).allSatisfy((row) -> {
			File jar = new File(jars.get(name(row)).getProtectionDomain().getCodeSource().getLocation().getPath());
			double documented = Double.parseDouble(row.split("\\|")[2].trim());
			assertThat(jar.length() / 1_000_000d).isCloseTo(documented, within(Math.max(0.01, documented / 20)));
		});
	}

	/** With this library, Spring MVC would answer in YAML. */
	@Test
	void noLibraryAddsAFormat() {
		assertThat(ClassUtils.isPresent("tools.jackson.dataformat.yaml.YAMLMapper", null)).isFalse();
	}

	private static List<JsonNode> properties() throws IOException {
		Path metadata = Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json");
		try (InputStream in = Files.newInputStream(metadata)) {
			return JsonMapper.shared().readTree(in).path("properties").valueStream().toList();
		}
	}

}
