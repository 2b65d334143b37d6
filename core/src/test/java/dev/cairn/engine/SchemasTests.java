package dev.cairn.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.cairn.event.CommonEvents.ClientSeen;
import dev.cairn.event.CommonEvents.Interaction;
import dev.cairn.event.CommonEvents.PageLoaded;
import dev.cairn.event.CommonEvents.PageViewed;
import dev.cairn.event.CommonEvents.StepReached;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the schemas in the jar match the code. Run with
 * {@code -DargLine=-Dcairn.schemas.write=true} to generate them.
 */
class SchemasTests {

	private static final Path FOLDER = Path.of("src", "main", "resources", "META-INF", "cairn", "schemas");

	private static final String SUFFIX = ".schema.json";

	private static final boolean WRITE = Boolean.getBoolean("cairn.schemas.write");

	static Map<String, String> schemas() {
		Map<String, String> schemas = new TreeMap<>();
		schemas.put("envelope", SchemaGenerator.envelope());
		schemas.put("http.request", own(SchemaGenerator.of(OwnMessages.HttpRequest.class)));
		schemas.put("exception", own(SchemaGenerator.of(OwnMessages.ExceptionReported.class)));
		schemas.put("log", own(SchemaGenerator.of(OwnMessages.LogReported.class)));
		schemas.put("visitor.identified", own(SchemaGenerator.of(OwnMessages.VisitorIdentified.class)));
		schemas.put("visitor.aliased", own(SchemaGenerator.of(OwnMessages.VisitorAliased.class)));
		Stream.of(PageViewed.class, Interaction.class, PageLoaded.class, ClientSeen.class, StepReached.class)
			.forEach((type) -> schemas.put(EventDefinition.of(type).type(), SchemaGenerator.of(type)));
		return schemas;
	}

	static Stream<String> names() {
		return schemas().keySet().stream();
	}

	@ParameterizedTest
	@MethodSource("names")
	void thePublishedSchemaIsThatOfTheCode(String name) throws IOException {
		Path file = FOLDER.resolve(name + SUFFIX);
		String schema = schemas().get(name);
		if (WRITE) {
			Files.createDirectories(FOLDER);
			Files.writeString(file, schema);
		}
		assertThat(file).hasContent(schema);
	}

	@Test
	void namesTheTypeAndTheVersionOfARecord() {
		assertThat(EventSchemas.typeOf(PageViewed.class)).isEqualTo("page.viewed");
		assertThat(EventSchemas.versionOf(PageViewed.class)).isEqualTo(1);
	}

	@Test
	void thereIsNoSchemaOfWhatThereIsNot() throws IOException {
		try (Stream<Path> files = Files.list(FOLDER)) {
			assertThat(files.map((file) -> file.getFileName().toString()))
				.containsExactlyInAnyOrderElementsOf(schemas().keySet().stream().map((name) -> name + SUFFIX).toList());
		}
	}

	/** They have no version among their fields, and leave out what they do not know. */
	private static String own(String schema) {
		String renamed = schema.replace("\"clazz\"", "\"class\"");
		Map<String, Object> tree = object(JsonMapper.shared().readValue(renamed, LinkedHashMap.class));
		Map<String, Object> definitions = object(tree.get("$defs"));
		object(object(definitions.get("fields")).get("properties")).remove("event_version");
		definitions.values().forEach((definition) -> requireWhatIsNeverNull(object(definition)));
		return SchemaWriter.write(tree);
	}

	private static void requireWhatIsNeverNull(Map<String, Object> definition) {
		if (definition.containsKey("properties")) {
			Map<String, Object> properties = object(definition.get("properties"));
			List<?> required = (List<?>) definition.get("required");
			definition.put("required",
					required.stream()
						.filter((name) -> properties.containsKey(name) && !admitsNull(object(properties.get(name))))
						.toList());
		}
	}

	private static boolean admitsNull(Map<String, Object> schema) {
		return schema.isEmpty() || schema.toString().contains("null");
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> object(Object value) {
		return (Map<String, Object>) value;
	}

}
