package dev.cairn.spring.metrics;

import dev.cairn.metrics.StatisticsRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Sees to it that the statistics get the meters: Boot puts registries together only where
 * the application has no primary one.
 */
public final class StatisticsAttachment implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(StatisticsAttachment.class);

	private final ObjectProvider<MeterRegistry> registries;

	private final StatisticsRegistry statistics;

	/**
	 * Create an attachment.
	 * @param registries finds the one that the application uses
	 * @param statistics the statistics
	 */
	public StatisticsAttachment(ObjectProvider<MeterRegistry> registries, StatisticsRegistry statistics) {
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
			logger.info("Cairn: there are no percentiles of meters in process, since the primary registry of the "
					+ "application, {}, is no CompositeMeterRegistry", used.getClass().getName());
		}
		else if (!composite.getRegistries().contains(this.statistics)) {
			composite.add(this.statistics);
		}
	}

}
