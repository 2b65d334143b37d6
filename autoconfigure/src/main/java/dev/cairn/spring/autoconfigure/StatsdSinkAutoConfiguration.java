package dev.cairn.spring.autoconfigure;

import java.time.Duration;

import dev.cairn.Ledger;
import dev.cairn.sink.statsd.StatsdChannel;
import dev.cairn.sink.statsd.StatsdLineSender;
import io.micrometer.core.instrument.Clock;
import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdMeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.ConditionalOnEnabledMetricsExport;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.statsd.StatsdMetricsExportAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the delivery of StatsD lines.
 * Micrometer's registry makes the lines, as Boot configures it; Cairn brings them to the
 * server and accounts for them. Over TCP and Unix sockets Micrometer delivers by itself.
 */
@AutoConfiguration(after = MetricsAutoConfiguration.class, before = StatsdMetricsExportAutoConfiguration.class)
@ConditionalOnCairn("statsd")
@ConditionalOnClass({ StatsdMeterRegistry.class, StatsdMetricsExportAutoConfiguration.class })
@ConditionalOnBean(Clock.class)
@ConditionalOnEnabledMetricsExport("statsd")
@ConditionalOnProperty(name = "management.statsd.metrics.export.protocol", havingValue = "udp", matchIfMissing = true)
@EnableConfigurationProperties(StatsdSinkProperties.class)
public final class StatsdSinkAutoConfiguration {

	static final String SINK_NAME = "statsd";

	/**
	 * Lines are datagrams: what has not gone by then will not go. It is closed after
	 * Cairn, which may have used up the time that the service has to stop.
	 */
	private static final Duration LONGEST_CLOSE = Duration.ofSeconds(1);

	@Bean(destroyMethod = "close")
	@ConditionalOnMissingBean
	StatsdChannel cairnStatsdChannel(StatsdSinkProperties properties, CairnProperties cairn, StatsdConfig config,
			Ledger ledger) {
		Duration timeout = cairn.checkedShutdownTimeout();
		InvalidProperty.requireRange("management.statsd.metrics.export.port", config.port(), config.port(), 1, 65_535);
		StatsdLineSender sender = InvalidProperty.check("management.statsd.metrics.export.max-packet-length",
				config.maxPacketLength(),
				() -> new StatsdLineSender(config.host(), config.port(), config.maxPacketLength()));
		return new StatsdChannel(ledger.channel(SINK_NAME), sender, properties.delivery().toOptions("cairn.statsd"),
				(timeout.compareTo(LONGEST_CLOSE) < 0) ? timeout : LONGEST_CLOSE);
	}

	@Bean
	@ConditionalOnMissingBean
	StatsdMeterRegistry statsdMeterRegistry(StatsdConfig config, Clock clock, StatsdChannel lines) {
		return StatsdMeterRegistry.builder(config).clock(clock).lineSink(lines).build();
	}

}
