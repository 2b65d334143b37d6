package dev.cairn.spring.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParser;
import org.springframework.boot.json.JsonParserFactory;

/**
 * The metadata of a property, as the modules describe it to IDEs.
 *
 * @param name the name
 * @param type the name of its type
 * @param defaultValue the default, {@code null} if there is none
 */
record PropertyMetadata(String name, String type, @Nullable Object defaultValue) {

	static final String LOCATION = "META-INF/spring-configuration-metadata.json";

	private static final List<String> CONTAINERS = List.of("java.util.Map<", "java.util.List<", "java.util.Set<",
			"java.util.Collection<");

	/**
	 * Reads the metadata of all modules.
	 * @param loader the class loader that has the modules
	 * @param wanted the names of the properties to return
	 * @return the properties by name, without those that were removed
	 */
	static SortedMap<String, PropertyMetadata> read(ClassLoader loader, Predicate<String> wanted) {
		SortedMap<String, PropertyMetadata> properties = new TreeMap<>();
		JsonParser parser = JsonParserFactory.getJsonParser();
		try {
			for (URL url : Collections.list(loader.getResources(LOCATION))) {
				try (InputStream in = url.openStream()) {
					String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
					if (parser.parseMap(json).get("properties") instanceof List<?> all) {
						all.stream()
							.map((property) -> (Map<?, ?>) property)
							.filter((property) -> !isRemoved(property))
							.map(PropertyMetadata::of)
							.filter((property) -> wanted.test(property.name()))
							.forEach((property) -> properties.putIfAbsent(property.name(), property));
					}
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return properties;
	}

	private static boolean isRemoved(Map<?, ?> property) {
		return property.get("deprecation") instanceof Map<?, ?> deprecation && "error".equals(deprecation.get("level"));
	}

	private static PropertyMetadata of(Map<?, ?> property) {
		return new PropertyMetadata(String.valueOf(property.get("name")), String.valueOf(property.get("type")),
				property.get("defaultValue"));
	}

	/** Returns whether the property consists of further ones, or may do so. */
	boolean isContainer() {
		return CONTAINERS.stream().anyMatch(this.type::startsWith) || this.type.endsWith("[]")
				|| this.type.equals("java.util.Properties");
	}

}
