package dev.cairn.spring.metrics;

import java.lang.reflect.Method;
import java.util.concurrent.TimeUnit;

import dev.cairn.metrics.StatisticsRegistry;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for percentiles and rates in
 * process: a registry beside the others, and the only one if there are no others.
 */
@AutoConfiguration(after = MetricsAutoConfiguration.class,
		before = { SimpleMetricsExportAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnCairn({ "metrics", "metrics.statistics" })
@ConditionalOnClass({ StatisticsRegistry.class, CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnBean(Clock.class)
@EnableConfigurationProperties(MetricsProperties.class)
public final class StatisticsAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(StatisticsAutoConfiguration.class);

	@Bean(initMethod = "start")
	@ConditionalOnMissingBean
	@ConditionalOnCairn(otherwise = "io.micrometer.core.instrument.simple.SimpleMeterRegistry")
	StatisticsRegistry cairnStatisticsRegistry(MetricsProperties properties, Clock clock,
			ConfigurableListableBeanFactory beans) {
		return properties.slowCalls().registry(clock, SingletonSupplier.of(() -> baseTimeUnit(beans))::obtain);
	}

	/**
	 * The endpoint {@code metrics} shows the meters of any of the registries. Their unit
	 * must not depend on which one it is.
	 */
	private static TimeUnit baseTimeUnit(ConfigurableListableBeanFactory beans) {
		for (String name : beans.getBeanNamesForType(MeterRegistry.class, true, false)) {
			if (beans.getSingleton(name) instanceof MeterRegistry other && !(other instanceof StatisticsRegistry)
					&& !(other instanceof CompositeMeterRegistry)) {
				return baseTimeUnit(other);
			}
		}
		return TimeUnit.SECONDS;
	}

	private static TimeUnit baseTimeUnit(MeterRegistry registry) {
		Method unit = ReflectionUtils.findMethod(MeterRegistry.class, "getBaseTimeUnit");
		if (unit == null) {
			return TimeUnit.SECONDS;
		}
		ReflectionUtils.makeAccessible(unit);
		return (ReflectionUtils.invokeMethod(unit, registry) instanceof TimeUnit known) ? known : TimeUnit.SECONDS;
	}

	@Bean
	SmartInitializingSingleton cairnStatisticsAttachment(ObjectProvider<MeterRegistry> registries,
			StatisticsRegistry statistics) {
		return () -> registries.ifUnique((used) -> attach(statistics, used));
	}

	/**
	 * Boot combines registries only if the application has no primary one. Micrometer
	 * warns of a registry that is added after meters, even if it was there before.
	 */
	private static void attach(StatisticsRegistry statistics, MeterRegistry used) {
		if (used instanceof CompositeMeterRegistry composite) {
			if (!composite.getRegistries().contains(statistics)) {
				composite.add(statistics);
			}
		}
		else if (used != statistics) {
			logger.info("Cairn: in-process percentiles are not available, because the primary registry of the "
					+ "application, {}, is not a CompositeMeterRegistry", used.getClass().getName());
		}
	}

}
