package dev.cairn.spring.core;

import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;

/**
 * Analyzes invalid properties of Cairn that Boot's own analyzer does not find, since it
 * looks for the exact name: environment variables and elements of lists. Also analyzes
 * those whose value contains a secret, which Boot would print.
 */
@Order(0)
class InvalidPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidConfigurationPropertyValueException> {

	private static final String PREFIX = "cairn.";

	private final Environment environment;

	InvalidPropertyFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure,
			InvalidConfigurationPropertyValueException cause) {
		String name = cause.getName();
		ConfigurationPropertyName wanted = ConfigurationPropertyName.ofIfValid(name);
		ConfigurationProperty property = (wanted != null) ? EffectiveProperties.find(this.environment, wanted) : null;
		String value = String.valueOf((property != null) ? property.getValue() : cause.getValue());
		String shown = Redactor.MASK.equals(cause.getValue()) ? Redactor.MASK : Redactor.DEFAULT.redact(name, value);
		if (shown.equals(value) && (!name.startsWith(PREFIX) || isFoundByBoot(name))) {
			return null;
		}
		String origin = (property != null && property.getOrigin() != null) ? " (" + property.getOrigin() + ")" : "";
		return new FailureAnalysis(
				"The configuration property '%s' has the value '%s'%s, which is invalid: %s".formatted(name, shown,
						origin, Redactor.DEFAULT.redact(String.valueOf(cause.getReason()))),
				"Update the value of '%s' in the application's configuration.".formatted(name), cause);
	}

	private boolean isFoundByBoot(String name) {
		return this.environment instanceof ConfigurableEnvironment configurable && configurable.getPropertySources()
			.stream()
			.filter((source) -> !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source))
			.anyMatch((PropertySource<?> source) -> source.containsProperty(name));
	}

}
