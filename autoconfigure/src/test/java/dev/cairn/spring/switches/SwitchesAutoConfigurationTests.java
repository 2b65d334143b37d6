package dev.cairn.spring.switches;

import java.util.Map;

import dev.cairn.Sampler;
import dev.cairn.spring.test.Contexts;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SwitchesAutoConfiguration}.
 */
class SwitchesAutoConfigurationTests {

	private final ApplicationContextRunner exposed = Contexts.plain()
		.withPropertyValues("management.endpoints.web.exposure.include=cairnswitches");

	@ParameterizedTest
	@ValueSource(strings = { "cairn.enabled=false", "management.endpoint.cairnswitches.access=NONE",
			"management.endpoints.web.exposure.include=health" })
	void isSwitchedOffBy(String property) {
		this.exposed.withPropertyValues(property)
			.run((context) -> assertThat(context).doesNotHaveBean(Switches.class)
				.doesNotHaveBean(CairnSwitchesEndpoint.class)
				.doesNotHaveBean(Instruments.class));
	}

	@Test
	void needsNoMicrometer() {
		this.exposed.withClassLoader(new FilteredClassLoader(MeterRegistry.class, ObservationPredicate.class))
			.run((context) -> assertThat(kinds(context.getBean(CairnSwitchesEndpoint.class)))
				.containsKeys("event", "sink")
				.doesNotContainKeys("timer", "counter", "instrumentation"));
	}

	@Test
	void hasNoRatesWithTheApplicationsOwnSampler() {
		this.exposed.withBean(Sampler.class, () -> Sampler.AS_CALLED)
			.run((context) -> assertThat(kinds(context.getBean(CairnSwitchesEndpoint.class))).containsKeys("event")
				.doesNotContainKeys("sampling", "timer", "counter", "group", "trace"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "cairn.switches.max-duration=0s", "cairn.switches.default-duration=-1s" })
	void aDurationMustBePositive(String property) {
		this.exposed.withPropertyValues(property)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(property.substring(0, property.indexOf('='))));
	}

	private static Map<String, ?> kinds(CairnSwitchesEndpoint endpoint) {
		return endpoint.switchesOfService().kinds();
	}

}
