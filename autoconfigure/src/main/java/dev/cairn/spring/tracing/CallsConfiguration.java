package dev.cairn.spring.tracing;

import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.cache.interceptor.CacheInterceptor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.data.repository.core.support.RepositoryFactoryBeanSupport;

/**
 * Spring Cache and Spring Data, which are observed if {@code cairn.tracing.instrument}
 * selects them. Their beans may be created with the first ones, so this must not depend
 * on other beans.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnCairn("tracing")
@ConditionalOnClass({ ObservationRegistry.class, Tracer.class, ProxyFactory.class })
class CallsConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ClientBeans cairnCacheInterceptors(ClientObservations observations, BeanFactory beans,
			Environment environment) {
		return ClientsConfiguration
			.clients(environment, Instrument.CACHE,
					(bean) -> (bean.getClass() == CacheInterceptor.class)
							? new CacheSpans((CacheInterceptor) bean, beans,
									(operation) -> observations.start("spring.cache", () -> context(operation)))
							: bean);
	}

	private static Observation.Context context(CacheSpans.Operation operation) {
		Observation.Context context = new Observation.Context();
		context.setContextualName("cache " + operation.name());
		context.addLowCardinalityKeyValue(KeyValue.of("cache", operation.cache()));
		context.addLowCardinalityKeyValue(KeyValue.of("operation", operation.name()));
		return context;
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(RepositoryFactoryBeanSupport.class)
	static class RepositoriesConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static RepositorySpans cairnRepositorySpans(ObjectProvider<SpanRecorder> recorder, Environment environment) {
			return new RepositorySpans(Instrument.select(environment).contains(Instrument.DATA),
					new LateBean<>(recorder::getObject));
		}

	}

}
