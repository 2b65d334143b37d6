package dev.cairn.spring.core;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.spring.core.CairnConfigEndpoint.PropertyDescriptor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.util.ClassUtils;
import org.springframework.util.PropertyPlaceholderHelper;
import org.springframework.util.function.SingletonSupplier;

/**
 * Finds the values of properties as Spring Boot binds them, with the place that each
 * comes from.
 */
final class EffectiveProperties {

	private static final String CAIRN = "cairn.";

	/** The sources with the defaults of Spring Boot that Cairn changes. */
	private static final List<String> DEFAULTS = List.of("cairnExclusions", "cairnDefaults", "cairnInstruments");

	/** The properties of Spring Boot and Sentry that Cairn reads. */
	private static final Set<String> READ = Set.of("logging.structured.format.console",
			"logging.structured.format.file", "management.endpoints.web.base-path",
			"management.metrics.use-global-registry", "management.observations.http.client.requests.name",
			"management.server.address", "management.server.port", "server.address", "sentry.traces-sample-rate",
			"management.statsd.metrics.export.enabled", "management.statsd.metrics.export.host",
			"management.statsd.metrics.export.port", "management.statsd.metrics.export.protocol",
			"management.tracing.sampling.probability", "sentry.dsn", "sentry.enable-shutdown-hook",
			"sentry.enable-uncaught-exception-handler", "sentry.environment", "sentry.in-app-includes",
			"spring.aop.auto", "spring.aop.proxy-target-class", "spring.application.name",
			"spring.kafka.bootstrap-servers", "spring.kafka.producer.bootstrap-servers",
			"spring.kafka.producer.compression-type", "spring.mvc.problemdetails.enabled", "spring.mvc.servlet.path",
			"spring.task.execution.propagate-context", "spring.web.error.whitelabel.enabled",
			"spring.webflux.problemdetails.enabled");

	/** Groups of properties that are passed on to a destination. */
	private static final List<String> GROUPS = List.of("logging.structured.", "management.statsd.metrics.export.",
			"management.tracing.propagation.", "sentry.", "spring.kafka.");

	private static final PropertyPlaceholderHelper PLACEHOLDERS = new PropertyPlaceholderHelper("${", "}", ":", '\\',
			true);

	private final ConfigurableEnvironment environment;

	private final PropertyRedaction redaction;

	private final Supplier<SortedMap<String, PropertyMetadata>> metadata;

	EffectiveProperties(ConfigurableEnvironment environment, PropertyRedaction redaction, ClassLoader loader) {
		this.environment = environment;
		this.redaction = redaction;
		this.metadata = SingletonSupplier.of(() -> {
			Set<String> changed = changed().collect(Collectors.toSet());
			return PropertyMetadata.read(loader, (name) -> name.startsWith(CAIRN) || READ.contains(name)
					|| changed.contains(name) || GROUPS.stream().anyMatch(name::startsWith));
		});
	}

	/** Returns all properties of Cairn. */
	Map<String, PropertyDescriptor> cairn(boolean showValues) {
		SortedMap<String, PropertyDescriptor> found = new TreeMap<>();
		this.metadata.get()
			.values()
			.stream()
			.filter((property) -> property.name().startsWith(CAIRN))
			.forEach((property) -> add(found, property, true, showValues));
		return found;
	}

	/**
	 * Returns the properties of Spring Boot that Cairn reads, those of the destinations
	 * that are set, and those whose default Cairn changes.
	 */
	Map<String, PropertyDescriptor> boot(boolean showValues) {
		SortedMap<String, PropertyDescriptor> found = new TreeMap<>();
		this.metadata.get()
			.values()
			.stream()
			.filter((property) -> !property.name().startsWith(CAIRN))
			.forEach((property) -> add(found, property, READ.contains(property.name()), showValues));
		changed().forEach((name) -> {
			ConfigurationProperty property = find(this.environment, ConfigurationPropertyName.adapt(name, '.'));
			if (property != null) {
				found.putIfAbsent(name, describe(name, property, null, showValues));
			}
		});
		return found;
	}

	private Stream<String> changed() {
		return DEFAULTS.stream()
			.map((name) -> this.environment.getPropertySources().get(name))
			.filter(MapPropertySource.class::isInstance)
			.flatMap((source) -> Stream.of(((MapPropertySource) source).getPropertyNames()))
			.filter((name) -> !name.startsWith(CAIRN));
	}

	private void add(Map<String, PropertyDescriptor> found, PropertyMetadata metadata, boolean evenUnset,
			boolean showValues) {
		ConfigurationPropertyName name = ConfigurationPropertyName.adapt(metadata.name(), '.');
		ConfigurationProperty property = find(this.environment, name);
		Map<ConfigurationPropertyName, ConfigurationProperty> elements = metadata.isContainer() ? elements(name)
				: Map.of();
		elements.forEach((element, value) -> found.put(element.toString(),
				describe(element.toString(), value, null, showValues)));
		if (property != null && elements.isEmpty()) {
			found.put(metadata.name(), describe(metadata.name(), property, metadata.defaultValue(), showValues));
		}
		else if (elements.isEmpty() && evenUnset) {
			found.put(metadata.name(), new PropertyDescriptor(metadata.defaultValue(), "default", null));
		}
	}

	/** Returns a property as it is bound, {@code null} if it is not set. */
	static @Nullable ConfigurationProperty find(Environment environment, ConfigurationPropertyName name) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			ConfigurationProperty property = source.getConfigurationProperty(name);
			if (property != null) {
				return property;
			}
		}
		return null;
	}

	/**
	 * Returns the elements of a map or a list. A map has those of all sources, and a list
	 * those of the first source that has any.
	 */
	private Map<ConfigurationPropertyName, ConfigurationProperty> elements(ConfigurationPropertyName container) {
		Map<ConfigurationPropertyName, ConfigurationProperty> elements = new TreeMap<>();
		Map<ConfigurationPropertyName, ConfigurationPropertySource> owners = new HashMap<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source.getConfigurationProperty(container) != null) {
				owners.putIfAbsent(container, source);
			}
			if (source instanceof IterableConfigurationPropertySource all) {
				all.stream().filter(container::isAncestorOf).forEach((name) -> {
					ConfigurationProperty property = source.getConfigurationProperty(name);
					ConfigurationPropertyName owned = owned(container, name);
					if (property != null && owners.computeIfAbsent(owned, (key) -> source) == source) {
						elements.put(name, property);
					}
				});
			}
		}
		return elements;
	}

	/** Returns the list that an element is in, or the element of a map. */
	private static ConfigurationPropertyName owned(ConfigurationPropertyName container,
			ConfigurationPropertyName name) {
		for (int i = container.getNumberOfElements(); i < name.getNumberOfElements(); i++) {
			if (name.isNumericIndex(i)) {
				return name.chop(i);
			}
		}
		return name;
	}

	private PropertyDescriptor describe(String name, ConfigurationProperty property, @Nullable Object defaultValue,
			boolean showValues) {
		ConfigurationPropertySource owner = property.getSource();
		PropertySource<?> source = (owner != null && owner.getUnderlyingSource() instanceof PropertySource<?> known)
				? known : null;
		Set<String> references = new HashSet<>();
		Object value = resolve(property.getValue(), references);
		Object shown = references.stream().anyMatch(this.redaction::isSecret) ? PropertyRedaction.MASK
				: this.redaction.redact(source, name, value, showValues);
		return new PropertyDescriptor(shown, origin(property.getOrigin(), source), defaultValue);
	}

	private String origin(@Nullable Origin origin, @Nullable PropertySource<?> source) {
		if (source != null && DEFAULTS.contains(source.getName())) {
			return "Cairn";
		}
		return this.redaction.text(String.valueOf((origin != null) ? origin : source));
	}

	/** Adds the names of all properties that a value refers to. */
	private Object resolve(Object value, Set<String> references) {
		if (value instanceof CharSequence text) {
			try {
				return PLACEHOLDERS.replacePlaceholders(text.toString(), (name) -> {
					references.add(name);
					return raw(name);
				});
			}
			catch (IllegalArgumentException ex) {
				return text.toString();
			}
		}
		return ClassUtils.isPrimitiveOrWrapper(value.getClass()) ? value
				: "Complex property type " + value.getClass().getName();
	}

	/** Returns a value with its placeholders, unlike the environment. */
	private @Nullable String raw(String name) {
		return this.environment.getPropertySources()
			.stream()
			.map((source) -> source.getProperty(name))
			.filter(Objects::nonNull)
			.map(String::valueOf)
			.findFirst()
			.orElse(null);
	}

}
