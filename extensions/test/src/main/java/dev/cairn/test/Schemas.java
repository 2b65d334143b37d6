package dev.cairn.test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.cairn.Message;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.engine.EventSchemas;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Checks messages, as they are sent, against the published schemas.
 */
final class Schemas {

	private static final String LIBRARY = "com.networknt.schema.SchemaRegistry";

	private static final int MAX_BYTES = Message.Limits.DEFAULT.maxBytes();

	private Schemas() {
	}

	/**
	 * Returns what is wrong with a message, {@code null} if nothing is.
	 * @param ownSchema whether there must be a schema of its type
	 */
	static @Nullable String check(Message message, boolean ownSchema) {
		ClassLoader loader = Objects.requireNonNull(ClassUtils.getDefaultClassLoader());
		if (!ClassUtils.isPresent(LIBRARY, loader)) {
			throw new IllegalStateException("Schemas require com.networknt:json-schema-validator:3.0.0 or later. "
					+ "Add it to the dependencies of your tests");
		}
		String schema = EventSchemas.find(message.type(), loader);
		if (schema == null && ownSchema) {
			return " there is no resource META-INF/cairn/schemas/" + message.type() + ".schema.json";
		}
		List<String> errors = Validator.validate(
				(schema != null) ? schema : Objects.requireNonNull(EventSchemas.find(EventSchemas.ENVELOPE, loader)),
				encode(message));
		return errors.isEmpty() ? null : ":\n  " + String.join("\n  ", errors) + "\n";
	}

	private static String encode(Message message) {
		try {
			return new String(MessageEncoder.cairn(Redactor.DEFAULT).encode(message, MAX_BYTES).bytes(),
					StandardCharsets.UTF_8);
		}
		catch (Exception ex) {
			throw new AssertionError("The message '" + message.type() + "' cannot be encoded", ex);
		}
	}

	/** Loaded only with the library. */
	private static final class Validator {

		private static final SchemaRegistry REGISTRY = SchemaRegistry
			.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

		static List<String> validate(String schema, String message) {
			Schema compiled = REGISTRY.getSchema(schema, InputFormat.JSON);
			return compiled.validate(message, InputFormat.JSON)
				.stream()
				.map((error) -> error.getInstanceLocation() + ": " + error.getMessage())
				.toList();
		}

	}

}
