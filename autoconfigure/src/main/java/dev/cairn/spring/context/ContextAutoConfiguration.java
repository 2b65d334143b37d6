package dev.cairn.spring.context;

import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.context.ThreadLocalAccessor;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the propagation of the current
 * unit of work and for the values that are bound to it.
 */
@AutoConfiguration(before = CairnAutoConfiguration.class)
@ConditionalOnCairn
public final class ContextAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	BoundValues cairnBoundValues(ObjectProvider<BoundValues.Source> sources) {
		return new BoundValues(sources.orderedStream().toList());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ThreadLocalAccessor.class)
	static class PropagationConfiguration {

		@Bean
		@Lazy(false)
		UnitOfWorkAccessor cairnUnitOfWorkAccessor() {
			return new UnitOfWorkAccessor().register();
		}

	}

}
