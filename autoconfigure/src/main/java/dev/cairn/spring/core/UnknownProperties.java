package dev.cairn.spring.core;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.cairn.Cairn;
import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Warns of keys below {@code cairn} that no property has, with the nearest name. The
 * names are those that the modules describe to IDEs.
 */
final class UnknownProperties {

	private static final Logger logger = LoggerFactory.getLogger(Cairn.class);

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	private static final ConfigurationPropertyName CAIRN = ConfigurationPropertyName.of("cairn");

	/** A property, with the type that it has if it is one of groups or hints. */
	private static final Pattern PROPERTY = Pattern
		.compile("\"name\"\\s*:\\s*\"(cairn\\.[^\"]+)\"\\s*,\\s*\"type\"\\s*:\\s*\"([^\"]+)\"");

	private final Set<String> names = new TreeSet<>();

	/** Maps and lists, whose keys are free or those of their elements. */
	private final List<String> containers = new ArrayList<>();

	private UnknownProperties() {
	}

	static void warn(Environment environment, @Nullable ClassLoader loader) {
		UnknownProperties known = new UnknownProperties();
		known.read((loader != null) ? loader : UnknownProperties.class.getClassLoader());
		if (known.names.isEmpty()) {
			return;
		}
		List<String> unknown = keys(environment).stream()
			.filter((key) -> !known.contains(key))
			.map(known::describe)
			.toList();
		if (!unknown.isEmpty()) {
			logger.warn("Cairn has no property {}", String.join(", ", unknown));
		}
	}

	private void read(ClassLoader loader) {
		try {
			for (URL url : Collections.list(loader.getResources(METADATA))) {
				try (InputStream in = url.openStream()) {
					Matcher property = PROPERTY.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
					while (property.find()) {
						add(property.group(1), property.group(2));
					}
				}
			}
		}
		catch (IOException ex) {
			this.names.clear();
		}
	}

	private void add(String name, String type) {
		// The type of a group is a class of its own
		this.names.add(name);
		if (type.startsWith("java.util.Map") || type.startsWith("java.util.List") || type.startsWith("java.util.Set")) {
			this.containers.add(uniform(name));
		}
	}

	/**
	 * Variables of the environment are not keys: Kubernetes sets some for each service.
	 */
	private static Set<String> keys(Environment environment) {
		Set<String> keys = new TreeSet<>();
		ConfigurationPropertySources.get(environment).forEach((source) -> {
			boolean variables = source.getUnderlyingSource() instanceof PropertySource<?> underlying
					&& underlying.getName().equals(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
			if (!variables && source instanceof IterableConfigurationPropertySource all) {
				all.stream().filter(CAIRN::isAncestorOf).forEach((name) -> keys.add(name.toString()));
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

	private String describe(String key) {
		String nearest = Collections.min(this.names,
				Comparator.comparingInt((name) -> Text.distance(uniform(key), uniform(name))));
		return key + " (did you mean " + nearest + "?)";
	}

}
