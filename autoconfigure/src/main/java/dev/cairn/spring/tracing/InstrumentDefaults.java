package dev.cairn.spring.tracing;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Switches on what {@code cairn.tracing.instrument} selects, with the lowest precedence,
 * so that the properties of the application win.
 */
class InstrumentDefaults implements EnvironmentPostProcessor {

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		Map<String, Object> defaults = new HashMap<>();
		if (Stream.of("cairn.enabled", "cairn.tracing.enabled")
			.noneMatch((name) -> "false".equalsIgnoreCase(environment.getProperty(name)))) {
			Instrument.select(environment)
				.forEach((selected) -> selected.properties().forEach((name) -> defaults.put(name, "true")));
		}
		if (!defaults.isEmpty()) {
			environment.getPropertySources().addLast(new MapPropertySource("cairnInstruments", defaults));
		}
	}

}
