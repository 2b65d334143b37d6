package dev.cairn.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

/**
 * Finds the JSON Schemas of messages, and the types of those that are records. Those of
 * Cairn's own messages are part of Cairn. An application adds those of its events as
 * resources {@code META-INF/cairn/schemas/<type>.schema.json}.
 */
public final class EventSchemas {

	/** The name of the schema of any message. */
	public static final String ENVELOPE = "envelope";

	private EventSchemas() {
	}

	/**
	 * Returns the type of the messages that {@link dev.cairn.Cairn#publish(Record)}
	 * publishes for a class of records.
	 * @param event the class
	 * @return the type, such as {@code order.placed}
	 * @throws IllegalArgumentException if records of the class cannot be published
	 */
	public static String typeOf(Class<? extends Record> event) {
		return EventDefinition.of(event).type();
	}

	/**
	 * Returns the version of the messages of a class of records, which is their field
	 * {@code event_version}.
	 * @param event the class
	 * @return the version, at least 1
	 * @throws IllegalArgumentException if records of the class cannot be published
	 */
	public static int versionOf(Class<? extends Record> event) {
		return EventDefinition.of(event).version();
	}

	/**
	 * Returns the schema of a type of message.
	 * @param type the type, or {@link #ENVELOPE}
	 * @param classLoader the class loader of the application
	 * @return the text of the schema, or {@code null} if there is none
	 * @throws IllegalArgumentException if the type is invalid
	 */
	public static @Nullable String find(String type, ClassLoader classLoader) {
		String resource = "META-INF/cairn/schemas/" + Message.checkType(type) + ".schema.json";
		try (InputStream schema = classLoader.getResourceAsStream(resource)) {
			return (schema != null) ? new String(schema.readAllBytes(), StandardCharsets.UTF_8) : null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Failed to read " + resource, ex);
		}
	}

}
