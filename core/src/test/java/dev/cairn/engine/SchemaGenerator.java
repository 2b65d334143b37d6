package dev.cairn.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.cairn.Category;
import dev.cairn.EventType;
import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.Severity;

/**
 * Generates JSON Schemas (2020-12) of messages in Cairn's own encoding. A schema
 * describes a whole message, envelope and fields, and refers to no other schema. It does
 * not restrict the fields of a message that is marked as truncated.
 */
public final class SchemaGenerator {

	private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

	private static final String FIELDS = "fields";

	/** Messages of other processes keep the ids of their senders, of any version. */
	private static final String UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";

	private static final String TIMESTAMP = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z$";

	private SchemaGenerator() {
	}

	/**
	 * Returns the schema of any message.
	 * @return the text of the schema
	 */
	public static String envelope() {
		Map<String, Object> schema = head("urn:cairn:schema:envelope:" + Message.ENV_VERSION,
				"Envelope of messages, version " + Message.ENV_VERSION);
		schema.putAll(envelope(Map.of("type", "string", "pattern", "^[A-Za-z0-9_.:/-]{1,200}$")));
		return SchemaWriter.write(schema);
	}

	/**
	 * Returns the schema of the events that are records of a class.
	 * @param type the class, see {@link EventType}
	 * @return the text of the schema
	 * @throws IllegalArgumentException if the class is not an event
	 */
	public static String of(Class<? extends Record> type) {
		Objects.requireNonNull(type, "type must not be null");
		EventDefinition definition = EventDefinition.of(type);
		SchemaTypes types = new SchemaTypes();
		Map<String, Object> fields = fields(type, definition, types);
		Map<String, Object> definitions = new LinkedHashMap<>(Map.of(FIELDS, fields));
		definitions.putAll(types.definitions());
		Map<String, Object> schema = head("urn:cairn:schema:" + definition.type() + ":" + definition.version(),
				definition.type() + ", version " + definition.version());
		schema.putAll(envelope(Map.of("const", definition.type())));
		schema.put("if", Map.of("not", Map.of("required", List.of("truncated"))));
		schema.put("then", Map.of("properties", Map.of(FIELDS, SchemaTypes.reference(FIELDS))));
		schema.put("$defs", definitions);
		return SchemaWriter.write(schema);
	}

	private static Map<String, Object> head(String id, String title) {
		Map<String, Object> head = new LinkedHashMap<>();
		head.put("$schema", DIALECT);
		head.put("$id", id);
		head.put("title", title);
		head.put("type", "object");
		return head;
	}

	private static Map<String, Object> fields(Class<?> type, EventDefinition definition, SchemaTypes types) {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put(MessageFields.EVENT_VERSION, Map.of("const", definition.version()));
		types.components(type, (name, schema) -> properties.put(name, schema));
		List<String> required = List.copyOf(properties.keySet());
		properties.putIfAbsent("rate", Map.of("type", "number", "exclusiveMinimum", 0, "exclusiveMaximum", 1));
		properties.putIfAbsent(MessageFields.CALL_SITE, Map.of("type", "object"));
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("type", "object");
		fields.put("properties", properties);
		fields.put("required", required);
		return fields;
	}

	private static Map<String, Object> envelope(Map<String, Object> type) {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("id", Map.of("type", "string", "pattern", UUID));
		properties.put("type", type);
		properties.put("timestamp", Map.of("type", "string", "pattern", TIMESTAMP));
		properties.put("logger", SchemaTypes.TEXT);
		properties.put("severity", Map.of("enum", IntStream.range(0, Severity.values().length).boxed().toList()));
		properties.put("payload", SchemaTypes.TEXT);
		properties.put(FIELDS, Map.of("type", "object"));
		properties.put("env_version", Map.of("const", Message.ENV_VERSION));
		properties.put("service", SchemaTypes.TEXT);
		properties.put("environment", SchemaTypes.TEXT);
		properties.put("release", SchemaTypes.TEXT);
		properties.put("hostname", SchemaTypes.TEXT);
		properties.put("pid", Map.of("type", "integer"));
		properties.put("trace_id", Map.of("type", "string", "pattern", "^[0-9a-f]{32}$"));
		properties.put("span_id", Map.of("type", "string", "pattern", "^[0-9a-f]{16}$"));
		properties.put("category", Map.of("enum", Stream.of(Category.values()).map(Category::wireName).toList()));
		properties.put("truncated", Map.of("const", true));
		Map<String, Object> envelope = new LinkedHashMap<>();
		envelope.put("properties", properties);
		envelope.put("required", List.of("id", "type", "timestamp", "logger", "severity", "payload", FIELDS,
				"env_version", "service", "hostname", "pid"));
		envelope.put("dependentRequired", Map.of("trace_id", List.of("span_id")));
		envelope.put("additionalProperties", false);
		return envelope;
	}

}
