package dev.cairn.spring.statsd;

import java.time.Duration;

import dev.cairn.spring.core.InvalidProperty;
import dev.cairn.statsd.StatsdOptions;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Meters to the StatsD server that {@code management.statsd.metrics.export} describes.
 *
 * @param enabled Whether Cairn adds up and sends the meters; otherwise Micrometer does.
 * @param flushInterval How often what has added up is sent; gauges follow
 * management.statsd.metrics.export.polling-frequency.
 * @param samples Number of samples that a timer or summary holds between two flushes,
 * about.
 * @param packed Whether several samples of a timer share a line; only servers of
 * Datadog's flavor read that.
 * @param queueSize Memory for packets that wait while the server is away.
 * @param giveUpAfter Time that a packet waits for a server that is away.
 */
@ConfigurationProperties("cairn.statsd")
record StatsdSinkProperties(@DefaultValue("true") boolean enabled, @DefaultValue("1s") Duration flushInterval,
		@DefaultValue("131072") int samples, @DefaultValue("false") boolean packed,
		@DefaultValue("4MB") DataSize queueSize, @DefaultValue("1m") Duration giveUpAfter) {

	StatsdOptions toOptions(Duration closeTimeout) {
		InvalidProperty.requireDuration("cairn.statsd.flush-interval", this.flushInterval);
		InvalidProperty.requireRange("cairn.statsd.flush-interval", this.flushInterval, this.flushInterval.toMillis(),
				1, Integer.MAX_VALUE);
		InvalidProperty.requireRange("cairn.statsd.samples", this.samples, this.samples, 1, Integer.MAX_VALUE);
		InvalidProperty.requireRange("cairn.statsd.queue-size", this.queueSize, this.queueSize.toBytes(), 1,
				Integer.MAX_VALUE);
		InvalidProperty.requireDuration("cairn.statsd.give-up-after", this.giveUpAfter);
		InvalidProperty.requireRange("cairn.statsd.give-up-after", this.giveUpAfter, this.giveUpAfter.toMillis(), 1,
				Long.MAX_VALUE);
		return new StatsdOptions(this.flushInterval, this.samples, this.packed, (int) this.queueSize.toBytes(),
				this.giveUpAfter, closeTimeout);
	}

}
