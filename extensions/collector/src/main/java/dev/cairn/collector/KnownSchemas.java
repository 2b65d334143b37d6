package dev.cairn.collector;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import dev.cairn.engine.EventSchemas;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the fields of messages against the schemas of the application, which are the
 * resources that {@link EventSchemas} finds. Thread-safe.
 */
final class KnownSchemas {

	private static final Logger logger = LoggerFactory.getLogger(KnownSchemas.class);

	/** Strangers choose the types. Further ones are looked up each time. */
	private static final int MAX_TYPES = 1000;

	private static final int MAX_DEPTH = 100;

	private final JsonReader json = new JsonReader(MAX_DEPTH, 1);

	private final Map<String, Optional<FieldsSchema>> schemas = new ConcurrentHashMap<>();

	private final ClassLoader loader;

	private final Unknown unknown;

	KnownSchemas(ClassLoader loader, Unknown unknown) {
		this.loader = loader;
		this.unknown = unknown;
	}

	/**
	 * Checks the fields of a message.
	 * @return {@code false} if the message is to be marked, because there is no schema
	 * @throws RefusedException if the fields do not match, or there is no schema and
	 * messages without one are refused
	 */
	boolean check(String type, Map<String, @Nullable Object> fields) throws RefusedException {
		Optional<FieldsSchema> schema = find(type);
		if (schema.isPresent()) {
			schema.get().check(fields);
			return true;
		}
		if (this.unknown == Unknown.REFUSE) {
			throw new RefusedException("type", "has no schema here");
		}
		return this.unknown == Unknown.ACCEPT;
	}

	private Optional<FieldsSchema> find(String type) {
		Optional<FieldsSchema> known = this.schemas.get(type);
		if (known == null) {
			known = load(type);
			if (this.schemas.size() < MAX_TYPES) {
				this.schemas.put(type, known);
			}
		}
		return known;
	}

	private Optional<FieldsSchema> load(String type) {
		// It is part of the name of a resource
		if (type.startsWith("/") || type.contains("..") || type.equals(EventSchemas.ENVELOPE)) {
			return Optional.empty();
		}
		String text = EventSchemas.find(type, this.loader);
		if (text == null) {
			return Optional.empty();
		}
		try {
			return Optional.of(FieldsSchema.of(this.json.readValue(text.getBytes(StandardCharsets.UTF_8))));
		}
		catch (RefusedException | IllegalArgumentException ex) {
			logger.warn("Cairn: the schema of {} cannot be read, so its messages are not checked: {}", type,
					ex.getMessage());
			return Optional.empty();
		}
	}

	/**
	 * The policy for messages whose type has no schema.
	 */
	enum Unknown {

		/** They are accepted. */
		ACCEPT,
		/** They are accepted with a field that marks them. */
		MARK,
		/** They are refused. */
		REFUSE

	}

}
