package dev.cairn.spring.metrics;

import dev.cairn.metrics.MeterHandles;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.common.annotation.ValueExpressionResolver;
import io.micrometer.common.annotation.ValueResolver;
import io.micrometer.core.aop.CountedAspect;
import io.micrometer.core.aop.CountedMeterTagAnnotationHandler;
import io.micrometer.core.aop.MeterTagAnnotationHandler;
import io.micrometer.core.aop.TimedAspect;
import io.micrometer.core.instrument.MeterRegistry;
import org.aspectj.weaver.Advice;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for Micrometer's {@code @Timed} and
 * {@code @Counted} on beans. It replaces Micrometer's aspects, which Boot provides behind
 * a switch; an application with an aspect of its own keeps it.
 */
@AutoConfiguration(after = { MetersAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnCairn({ "metrics", "annotations" })
@ConditionalOnClass({ MeterRegistry.class, Advice.class, CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnBean(MeterHandles.class)
@EnableConfigurationProperties(AnnotationsProperties.class)
public final class AnnotationsAutoConfiguration {

	/** Created before other beans, so its dependencies are resolved at the first call. */
	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static MeteredAdvisor cairnMeteredAdvisor(ObjectProvider<MeterHandles> handles,
			ObjectProvider<MeterTagHandlers> tagHandlers, ListableBeanFactory beans) {
		MeterAnnotationPolicy policy = new MeterAnnotationPolicy(!has(beans, TimedAspect.class),
				!has(beans, CountedAspect.class));
		return new MeteredAdvisor(policy, handles::getObject, tagHandlers::getObject);
	}

	private static boolean has(ListableBeanFactory beans, Class<?> type) {
		return beans.getBeanNamesForType(type, true, false).length > 0;
	}

	@Bean
	MeterTagHandlers cairnMeterTagHandlers(ObjectProvider<MeterTagAnnotationHandler> timers,
			ObjectProvider<CountedMeterTagAnnotationHandler> counters,
			ObjectProvider<ValueExpressionResolver> expressions, BeanFactory beans) {
		return new MeterTagHandlers(
				timers.getIfAvailable(() -> new MeterTagAnnotationHandler((type) -> resolver(beans, type),
						(type) -> expressions.getObject())),
				counters.getIfAvailable(() -> new CountedMeterTagAnnotationHandler((type) -> resolver(beans, type),
						(type) -> expressions.getObject())));
	}

	private static ValueResolver resolver(BeanFactory beans, Class<? extends ValueResolver> type) {
		return beans.getBean(type);
	}

}
