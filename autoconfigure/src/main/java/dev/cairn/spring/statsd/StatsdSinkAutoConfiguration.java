package dev.cairn.spring.statsd;

import dev.cairn.Ledger;
import dev.cairn.delivery.Accounts;
import dev.cairn.engine.Settings;
import dev.cairn.internal.Threads;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.core.InvalidProperty;
import dev.cairn.statsd.StatsdRegistry;
import dev.cairn.statsd.StatsdRegistry.Transport;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdMeterRegistry;
import io.micrometer.statsd.StatsdProtocol;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnResource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.ConditionalOnEnabledMetricsExport;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.statsd.StatsdMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.statsd.StatsdProperties;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.statsd.StatsdPropertiesConfigAdapter;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the delivery of meters to
 * StatsD. It is configured with Boot's properties of Micrometer's registry, which it
 * replaces, except for Unix sockets.
 */
@AutoConfiguration(after = MetricsAutoConfiguration.class,
		before = { StatsdMetricsExportAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class,
				CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnCairn(value = "statsd", property = "management.statsd.metrics.export.enabled")
@ConditionalOnClass(StatsdMetricsExportAutoConfiguration.class)
@ConditionalOnResource(resources = "classpath:io/micrometer/statsd/StatsdMeterRegistry.class")
@ConditionalOnBean(Clock.class)
@ConditionalOnEnabledMetricsExport("statsd")
@EnableConfigurationProperties({ StatsdSinkProperties.class, StatsdProperties.class })
public final class StatsdSinkAutoConfiguration {

	static final String SINK_NAME = "statsd";

	static final String PREFIX = "management.statsd.metrics.export.";

	@Bean
	@ConditionalOnMissingBean
	StatsdConfig cairnStatsdConfig(StatsdProperties properties) {
		return new StatsdPropertiesConfigAdapter(properties);
	}

	@Bean(initMethod = "start", destroyMethod = "")
	@ConditionalOnMissingBean({ StatsdRegistry.class, StatsdMeterRegistry.class })
	StatsdRegistry cairnStatsdRegistry(StatsdSinkProperties properties, StatsdConfig config, Clock clock,
			ObjectProvider<HierarchicalNameMapper> mapper, ObjectProvider<MeterSampling> sampling,
			Settings.Holder settings, Accounts ledger, Threads.Budget shutdown, DefaultListableBeanFactory beans) {
		requireHost(config.host());
		InvalidProperty.requireRange(PREFIX + "port", config.port(), config.port(), 1, 65_535);
		InvalidProperty.requireRange(PREFIX + "max-packet-length", config.maxPacketLength(), config.maxPacketLength(),
				1, 65_507);
		StatsdRegistry registry = new StatsdRegistry(config, clock,
				mapper.getIfAvailable(() -> HierarchicalNameMapper.DEFAULT), properties.toOptions(),
				sampling.getIfAvailable(MeterSampling::keepAll), ledger.channel(SINK_NAME), transport(config))
			.sendWhile(() -> !settings.get().sinksOff().contains(SINK_NAME))
			.openUntilStopped();
		beans.registerDisposableBean("cairnStatsdRegistry", () -> registry.stop(shutdown.left()));
		return registry;
	}

	@Bean
	@ConditionalOnCairn("doctor")
	StatsdHostCheck cairnStatsdHostCheck(StatsdConfig config, Ledger ledger) {
		return new StatsdHostCheck(config, ledger);
	}

	/** An address of version 6 has more than one colon. */
	private static void requireHost(String host) {
		if (host.contains("/") || host.matches("[^:]*:[^:]*|\\[.*]:.*")) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "host", host,
					"It must be the name or the address of a host only. Set the port with " + PREFIX + "port.");
		}
	}

	private static Transport transport(StatsdConfig config) {
		return (config.protocol() == StatsdProtocol.TCP) ? Transport.tcp(config.host(), config.port())
				: Transport.udp(config.host(), config.port());
	}

}
