package dev.cairn.spring.pipe;

import dev.cairn.internal.Extensions;
import dev.cairn.internal.Threads;
import dev.cairn.metrics.StatisticsRegistry;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.metrics.StatisticsAutoConfiguration;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.context.WebServerPortFileWriter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for what other programs of the host
 * read: a named pipe with the values of all meters, and a file with the port of the
 * server.
 */
@AutoConfiguration(after = StatisticsAutoConfiguration.class)
@ConditionalOnCairn
@EnableConfigurationProperties(PipeProperties.class)
public final class PipeAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn(value = "pipe", enabledByDefault = false,
			property = { "cairn.metrics.enabled", "cairn.metrics.statistics.enabled" })
	@ConditionalOnClass(HierarchicalNameMapper.class)
	@ConditionalOnBean(StatisticsRegistry.class)
	static class StatsPipeConfiguration {

		@Bean(destroyMethod = "")
		@ConditionalOnMissingBean
		StatsPipe cairnStatsPipe(PipeProperties properties, StatisticsRegistry registry,
				ObjectProvider<HierarchicalNameMapper> mapper, Extensions extensions, Threads.Budget shutdown,
				DefaultListableBeanFactory beans) {
			StatsLines lines = new StatsLines(registry, mapper.getIfAvailable(() -> StatsLines.NAMES),
					properties.buckets(), extensions);
			StatsPipe pipe = new StatsPipe(properties.toDirectory(), "mkfifo", lines::snapshot);
			beans.registerDisposableBean("cairnStatsPipe", () -> pipe.stop(shutdown.left()));
			return pipe;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn(configured = "cairn.pipe.port-directory")
	@ConditionalOnClass(WebServerPortFileWriter.class)
	static class PortFileConfiguration {

		@Bean
		@ConditionalOnMissingBean
		WebServerPortFileWriter cairnPortFileWriter(PipeProperties properties) {
			return new WebServerPortFileWriter(
					properties.toPortDirectory().resolve(ProcessHandle.current().pid() + ".port").toFile());
		}

	}

}
