package dev.cairn.spring.core;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.cairn.Cairn;
import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.ClassUtils;

/**
 * Finds keys below {@code cairn} that no property has, with the nearest name. The names
 * are those that the modules describe to IDEs. Stateless.
 */
public final class UnknownProperties {

	private static final Logger logger = LoggerFactory.getLogger(Cairn.class);

	private static final ConfigurationPropertyName CAIRN = ConfigurationPropertyName.of("cairn");

	/** A property, with the type that it has if it is one of groups or hints. */
	private static final Pattern PROPERTY = Pattern
		.compile("\"name\"\\s*:\\s*\"(cairn\\.[^\"]+)\"\\s*,\\s*\"type\"\\s*:\\s*\"([^\"]+)\"");

	/** The type of a map of objects. */
	private static final Pattern MAP = Pattern
		.compile("java\\.util\\.Map<java\\.lang\\.String,(dev\\.cairn\\.[^<>]+)>");

	private final Set<String> names = new TreeSet<>();

	/** Maps and lists, whose keys are free or those of their elements. */
	private final List<String> containers = new ArrayList<>();

	/** The properties of the elements of maps, by the names of the maps. */
	private final Map<ConfigurationPropertyName, Set<String>> elements = new HashMap<>();

	private UnknownProperties() {
	}

	static void warn(Environment environment, @Nullable ClassLoader loader) {
		List<String> unknown = find(environment, loader);
		if (!unknown.isEmpty()) {
			logger.warn("Cairn has no property {}", String.join(", ", unknown));
		}
	}

	/**
	 * Returns the keys that no property has.
	 * @param environment the environment with the keys
	 * @param loader finds the modules that describe properties, {@code null} for that of
	 * Cairn
	 * @return each key, followed by a blank and a hint in parentheses
	 */
	public static List<String> find(Environment environment, @Nullable ClassLoader loader) {
		Set<ConfigurationPropertyName> keys = keys(environment);
		if (keys.isEmpty()) {
			return List.of();
		}
		UnknownProperties known = new UnknownProperties();
		ClassLoader classes = (loader != null) ? loader : UnknownProperties.class.getClassLoader();
		known.read(classes);
		if (known.names.isEmpty()) {
			return List.of();
		}
		return keys.stream()
			.filter((key) -> !known.contains(key.toString()) || known.isUnknownElement(key))
			.map(known::describe)
			.toList();
	}

	private void read(ClassLoader loader) {
		try {
			for (URL url : Collections.list(loader.getResources(PropertyMetadata.LOCATION))) {
				try (InputStream in = url.openStream()) {
					String metadata = new String(in.readAllBytes(), StandardCharsets.UTF_8);
					// Most modules have no such property, and a pattern is slow at
					// startup
					Matcher property = PROPERTY.matcher(metadata.contains("\"cairn.") ? metadata : "");
					while (property.find()) {
						add(property.group(1), property.group(2), loader);
					}
				}
			}
		}
		catch (IOException ex) {
			this.names.clear();
		}
	}

	private void add(String name, String type, ClassLoader loader) {
		// The type of a group is a class of its own
		this.names.add(name);
		if (type.startsWith("java.util.Map") || type.startsWith("java.util.List") || type.startsWith("java.util.Set")) {
			this.containers.add(uniform(name));
		}
		Matcher map = MAP.matcher(type);
		Set<String> components = map.matches() ? components(map.group(1), loader) : Set.of();
		if (!components.isEmpty()) {
			this.elements.put(ConfigurationPropertyName.of(name), components);
		}
	}

	/** Returns the properties of a record; none for another class. */
	private static Set<String> components(String type, ClassLoader loader) {
		try {
			RecordComponent[] components = ClassUtils.forName(type, loader).getRecordComponents();
			return (components != null)
					? Stream.of(components).map(RecordComponent::getName).collect(Collectors.toSet()) : Set.of();
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return Set.of();
		}
	}

	/** A key such as {@code cairn.points.a.b.method} is one of a point a, without b. */
	private boolean isUnknownElement(ConfigurationPropertyName key) {
		return this.elements.entrySet().stream().anyMatch((map) -> {
			int property = map.getKey().getNumberOfElements() + 1;
			return map.getKey().isAncestorOf(key) && key.getNumberOfElements() > property
					&& !isOneOf(map.getValue(), key, property);
		});
	}

	private static boolean isOneOf(Set<String> properties, ConfigurationPropertyName key, int index) {
		String wanted = key.getElement(index, ConfigurationPropertyName.Form.UNIFORM);
		return properties.stream().anyMatch((name) -> uniform(name).equals(wanted));
	}

	/**
	 * Variables of the environment are not keys: Kubernetes sets some for each service.
	 */
	private static Set<ConfigurationPropertyName> keys(Environment environment) {
		Set<ConfigurationPropertyName> keys = new TreeSet<>();
		ConfigurationPropertySources.get(environment).forEach((source) -> {
			boolean variables = source.getUnderlyingSource() instanceof PropertySource<?> underlying
					&& underlying.getName().equals(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
			if (!variables && source instanceof IterableConfigurationPropertySource all) {
				all.stream().filter(CAIRN::isAncestorOf).forEach(keys::add);
			}
		});
		return keys;
	}

	private boolean contains(String key) {
		String wanted = uniform(key);
		return this.names.stream().anyMatch((name) -> uniform(name).equals(wanted)) || this.containers.stream()
			.anyMatch((name) -> wanted.startsWith(name + ".") || wanted.startsWith(name + "["));
	}

	private static String uniform(String name) {
		return name.replace("-", "").toLowerCase(Locale.ROOT);
	}

	private String describe(ConfigurationPropertyName name) {
		String key = name.toString();
		for (Map.Entry<ConfigurationPropertyName, Set<String>> map : this.elements.entrySet()) {
			if (map.getKey().isAncestorOf(name)) {
				return key + " (" + describe(name, map.getKey(), map.getValue()) + ")";
			}
		}
		String nearest = Collections.min(this.names,
				Comparator.comparingInt((other) -> Text.distance(uniform(key), uniform(other))));
		return key + " (did you mean " + nearest + "?)";
	}

	/** Explains a key of an element whose name has a dot, or the properties there are. */
	private static String describe(ConfigurationPropertyName name, ConfigurationPropertyName parent,
			Set<String> properties) {
		int first = parent.getNumberOfElements();
		for (int i = first + 2; i < name.getNumberOfElements(); i++) {
			if (isOneOf(properties, name, i)) {
				String element = IntStream.range(first, i)
					.mapToObj((part) -> name.getElement(part, ConfigurationPropertyName.Form.ORIGINAL))
					.collect(Collectors.joining("."));
				return "a name with a dot needs brackets: " + parent + "[" + element + "]." + name.subName(i);
			}
		}
		return "use one of " + properties.stream().map(DataObjectPropertyName::toDashedForm).sorted().toList();
	}

}
