package dev.cairn.events;

import java.nio.charset.StandardCharsets;
import java.util.List;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.cairn.Message;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.engine.EventSchemas;
import dev.cairn.redaction.Redactor;

/**
 * Holds messages, as they are on the wire, to a schema.
 */
final class Schemas {

	private static final SchemaRegistry REGISTRY = SchemaRegistry
		.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

	private Schemas() {
	}

	static String published(String name) {
		return EventSchemas.find(name, Schemas.class.getClassLoader());
	}

	/** Return what is wrong with a message. */
	static List<String> errors(String schema, Message message) throws Exception {
		return errors(schema, line(message, 262_144));
	}

	static List<String> errors(String schema, String line) {
		Schema compiled = REGISTRY.getSchema(schema, InputFormat.JSON);
		return compiled.validate(line, InputFormat.JSON).stream().map(Error::toString).toList();
	}

	static String line(Message message, int maxBytes) throws Exception {
		byte[] bytes = MessageEncoder.cairn(Redactor.DEFAULT).encode(message, maxBytes).bytes();
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
