package dev.cairn.spring.metrics;

import dev.cairn.metrics.StatisticsRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Adds the statistics to the primary registry of the application: Boot combines
 * registries only if there is no primary one.
 */
final class StatisticsAttachment implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(StatisticsAttachment.class);

	private final ObjectProvider<MeterRegistry> registries;

	private final StatisticsRegistry statistics;

	StatisticsAttachment(ObjectProvider<MeterRegistry> registries, StatisticsRegistry statistics) {
		this.registries = registries;
		this.statistics = statistics;
	}

	@Override
	public void afterSingletonsInstantiated() {
		MeterRegistry used = this.registries.getIfUnique();
		if (used == null || used == this.statistics) {
			return;
		}
		if (!(used instanceof CompositeMeterRegistry composite)) {
			logger.info("Cairn: percentiles in process are not available, since the primary registry of the "
					+ "application, {}, is not a CompositeMeterRegistry", used.getClass().getName());
		}
		else if (!composite.getRegistries().contains(this.statistics)) {
			composite.add(this.statistics);
		}
	}

}
