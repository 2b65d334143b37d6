package dev.cairn.spring.tracing;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Switches on what {@code cairn.tracing.instrument} selects, and the listeners whose
 * messages are units of work by being observed, with the lowest precedence, so that the
 * properties of the application win.
 */
class InstrumentDefaults implements EnvironmentPostProcessor {

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		Map<String, Object> defaults = new HashMap<>();
		if (Stream.of("cairn.enabled", "cairn.tracing.enabled")
			.noneMatch((name) -> "false".equalsIgnoreCase(environment.getProperty(name)))) {
			Set<Instrument> on = EnumSet.of(Instrument.KAFKA, Instrument.RABBIT);
			on.addAll(Instrument.select(environment));
			on.forEach((each) -> each.properties().forEach((name) -> defaults.put(name, "true")));
		}
		if (!defaults.isEmpty()) {
			environment.getPropertySources().addLast(new MapPropertySource("cairnInstruments", defaults));
		}
	}

}
