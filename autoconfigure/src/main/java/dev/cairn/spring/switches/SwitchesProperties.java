package dev.cairn.spring.switches;

import java.time.Duration;

import dev.cairn.spring.core.InvalidProperty;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of switches.
 *
 * @param defaultDuration Duration of a switch that is set without one. It is never longer
 * than the maximum duration.
 * @param maxDuration Maximum duration of a switch.
 */
@ConfigurationProperties("cairn.switches")
record SwitchesProperties(@DefaultValue("15m") Duration defaultDuration, @DefaultValue("24h") Duration maxDuration) {

	Duration longest() {
		InvalidProperty.requireDuration("cairn.switches.max-duration", this.maxDuration);
		return this.maxDuration;
	}

	Duration byDefault() {
		InvalidProperty.requireDuration("cairn.switches.default-duration", this.defaultDuration);
		return (this.defaultDuration.compareTo(longest()) < 0) ? this.defaultDuration : longest();
	}

}
