package dev.cairn.spring.statsd;

import java.time.Duration;

import dev.cairn.spring.core.InvalidProperty;
import dev.cairn.statsd.StatsdRegistry;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the delivery of meters to the StatsD server of
 * {@code management.statsd.metrics.export}.
 *
 * @param enabled Whether Cairn aggregates and sends the meters. Otherwise Micrometer
 * sends them.
 * @param flushInterval Interval at which meters are sent. Gauges are read at
 * management.statsd.metrics.export.polling-frequency.
 * @param packed Whether several samples of a timer share a line, which only servers of
 * Datadog's flavor understand.
 */
@ConfigurationProperties("cairn.statsd")
record StatsdSinkProperties(@DefaultValue("true") boolean enabled, @DefaultValue("1s") Duration flushInterval,
		@DefaultValue("false") boolean packed) {

	StatsdRegistry.Options toOptions() {
		InvalidProperty.requireDuration("cairn.statsd.flush-interval", this.flushInterval);
		InvalidProperty.requireRange("cairn.statsd.flush-interval", this.flushInterval, this.flushInterval.toMillis(),
				1, Integer.MAX_VALUE);
		StatsdRegistry.Options defaults = StatsdRegistry.Options.DEFAULT;
		return new StatsdRegistry.Options(this.flushInterval, defaults.samples(), this.packed, defaults.closeTimeout());
	}

}
