package dev.cairn.spring.autoconfigure;

import io.micrometer.core.aop.CountedAspect;
import io.micrometer.core.aop.CountedMeterTagAnnotationHandler;
import io.micrometer.core.aop.MeterTagAnnotationHandler;
import io.micrometer.core.aop.TimedAspect;
import io.micrometer.core.instrument.MeterRegistry;
import org.aspectj.weaver.Advice;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAspectsAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for Micrometer's {@code @Timed} and
 * {@code @Counted} on beans. Boot has the same aspects behind a switch that is off; where
 * it is on, these stand back.
 */
@AutoConfiguration(after = { MetricsAspectsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnCairn("annotations")
@ConditionalOnClass({ MeterRegistry.class, Advice.class, MetricsAspectsAutoConfiguration.class })
@ConditionalOnBean(MeterRegistry.class)
@EnableConfigurationProperties(AnnotationsProperties.class)
public final class AnnotationsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	TimedAspect timedAspect(MeterRegistry registry, ObjectProvider<MeterTagAnnotationHandler> tags) {
		TimedAspect aspect = new TimedAspect(registry);
		tags.ifAvailable(aspect::setMeterTagAnnotationHandler);
		return aspect;
	}

	@Bean
	@ConditionalOnMissingBean
	CountedAspect countedAspect(MeterRegistry registry, ObjectProvider<CountedMeterTagAnnotationHandler> tags) {
		CountedAspect aspect = new CountedAspect(registry);
		tags.ifAvailable(aspect::setMeterTagAnnotationHandler);
		return aspect;
	}

}
