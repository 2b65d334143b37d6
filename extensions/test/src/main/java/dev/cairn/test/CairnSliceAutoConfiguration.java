package dev.cairn.test;

import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.delivery.Sink;
import dev.cairn.spring.metrics.MetersAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for what Cairn needs in a test with
 * a part of the application: a sink in memory and a registry for meters, unless the test
 * has them. It is not part of a whole application.
 */
@AutoConfiguration(before = MetersAutoConfiguration.class,
		afterName = { "dev.cairn.spring.file.FileSinkAutoConfiguration",
				"dev.cairn.spring.kafka.KafkaSinkAutoConfiguration",
				"dev.cairn.spring.sentry.SentrySinkAutoConfiguration", "dev.cairn.test.CairnTestAutoConfiguration",
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration" })
public final class CairnSliceAutoConfiguration {

	private static final int CAPACITY = 10_000;

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean(Sink.class)
	MemorySink cairnSliceSink(Accounts ledger) {
		return new MemorySink(ledger.channel("memory"), CAPACITY);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ MeterRegistry.class, CompositeMeterRegistryAutoConfiguration.class })
	static class MeterConfiguration {

		@Bean
		@ConditionalOnMissingBean(MeterRegistry.class)
		RecordingMeterRegistry cairnSliceMeterRegistry(CairnRecorder recorder) {
			return RecordingMeterRegistry.of(recorder);
		}

	}

}
