package dev.cairn.spring.core;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the reference page to the properties that there are.
 */
class ReferenceDocsTests {

	private static final Path PAGE = Path.of("..", "src", "docs", "configuration.md");

	@Test
	void everyPropertyHasALineWithItsDefault() throws IOException {
		String page = Files.readString(PAGE);
		assertThat(properties()).isNotEmpty().allSatisfy((property) -> {
			String name = property.get("name").asString();
			assertThat(page).contains("| `" + name);
			JsonNode defaultValue = property.get("defaultValue");
			if (defaultValue != null) {
				// Some constants are in the metadata by their name
				String written = property.get("type").asString().endsWith(".Access")
						? defaultValue.asString().replace('_', '-') : defaultValue.asString();
				assertThat(page.lines().filter((line) -> line.startsWith("| `" + name + "`"))).as("default of " + name)
					.anyMatch((line) -> line.replace("\\|", "|").contains("`" + written + "`"));
			}
		});
	}

	@Test
	void thePageNamesNoPropertyThatThereIsNot() throws IOException {
		List<String> known = properties().stream().map((property) -> property.get("name").asString()).toList();
		List<String> onPage = Files.readString(PAGE)
			.lines()
			.filter((line) -> line.startsWith("| `cairn."))
			.map((line) -> line.substring(3, line.indexOf('`', 3)).replaceAll("(\\[]|\\.<name>).*", ""))
			.distinct()
			.toList();
		assertThat(known).containsAll(onPage);
	}

	private static List<JsonNode> properties() throws IOException {
		try (InputStream metadata = ReferenceDocsTests.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			JsonNode root = JsonMapper.shared().readTree(metadata);
			return StreamSupport.stream(root.get("properties").spliterator(), false).toList();
		}
	}

}
