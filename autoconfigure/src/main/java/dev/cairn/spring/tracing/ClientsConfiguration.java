package dev.cairn.spring.tracing;

import java.net.http.HttpClient;

import dev.cairn.internal.Extensions;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.observation.ObservationRegistry;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;

/**
 * Clients that are observed if {@code cairn.tracing.instrument} selects them. They may be
 * created with the first beans, so this must not depend on other beans.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnCairn("tracing")
@ConditionalOnClass({ ObservationRegistry.class, ProxyFactory.class })
class ClientsConfiguration {

	private static ClientRequest.Starter requests(ObjectProvider<ObservationRegistry> registry,
			ObjectProvider<Extensions> extensions) {
		return new ClientRequest.Starter(
				SingletonSupplier.of(() -> registry.getIfUnique(() -> ObservationRegistry.NOOP)),
				SingletonSupplier.of(extensions::getObject));
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ClientBeans cairnJdkHttpClients(ObjectProvider<ObservationRegistry> registry,
			ObjectProvider<Extensions> extensions, Environment environment) {
		boolean selected = Instrument.select(environment).contains(Instrument.HTTP);
		return new ClientBeans((bean) -> selected && JdkRequests.isClient(bean), HttpClient.class,
				new JdkRequests(requests(registry, extensions)));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(CloseableHttpClient.class)
	static class ApacheConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ClientBeans cairnApacheHttpClients(ObjectProvider<ObservationRegistry> registry,
				ObjectProvider<Extensions> extensions, Environment environment) {
			boolean selected = Instrument.select(environment).contains(Instrument.HTTP);
			return new ClientBeans((bean) -> selected && ApacheRequests.isClient(bean), null,
					new ApacheRequests(requests(registry, extensions)));
		}

	}

}
