package dev.cairn.spring.tracing;

import java.util.function.UnaryOperator;

import com.mongodb.MongoClientSettings;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.core.ConditionalOnCairn;
import io.micrometer.observation.ObservationRegistry;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import redis.clients.jedis.Jedis;
import software.amazon.awssdk.services.s3.DelegatingS3Client;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.data.mongodb.observability.MongoObservationCommandListener;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;

/**
 * Clients that are beans and that are observed if {@code cairn.tracing.instrument}
 * selects them. They may be created with the first beans, so this must not depend on
 * other beans.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnCairn("tracing")
@ConditionalOnClass({ ObservationRegistry.class, ProxyFactory.class })
class ClientsConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ClientObservations cairnClientObservations(ObjectProvider<ObservationRegistry> registry,
			ObjectProvider<Extensions> extensions) {
		return new ClientObservations(
				new LateRegistry(new LateBean<>(() -> registry.getIfUnique(() -> ObservationRegistry.NOOP))),
				new LateBean<>(extensions::getObject));
	}

	static ClientBeans clients(Environment environment, Instrument instrument, UnaryOperator<Object> replacement) {
		return new ClientBeans(
				Instrument.select(environment).contains(instrument) ? replacement : UnaryOperator.identity());
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ClientBeans cairnJdkClients(ClientObservations observations, Environment environment) {
		JdkRequests requests = new JdkRequests(observations);
		return clients(environment, Instrument.HTTP,
				(bean) -> JdkRequests.isClient(bean) ? ClientBeans.proxy(bean, JdkClient.class, requests) : bean);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(CloseableHttpClient.class)
	static class ApacheConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ClientBeans cairnApacheClients(ClientObservations observations, Environment environment) {
			ApacheRequests requests = new ApacheRequests(observations);
			return clients(environment, Instrument.HTTP, (bean) -> ApacheRequests.isClient(bean)
					? ClientBeans.proxy(bean, bean.getClass(), requests) : bean);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Jedis.class, JedisConnectionFactory.class })
	static class JedisConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ClientBeans cairnJedisConnections(ClientObservations observations, Environment environment) {
			RedisCalls calls = new RedisCalls(observations);
			return clients(environment, Instrument.REDIS, (bean) -> (bean instanceof JedisConnectionFactory)
					? ClientBeans.proxy(bean, bean.getClass(), calls) : bean);
		}

	}

	/** Boot's customizers are applied to the settings afterwards. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ MongoClientSettings.class, MongoObservationCommandListener.class })
	static class MongoConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ClientBeans cairnMongoSettings(ClientObservations observations, Environment environment) {
			return clients(environment, Instrument.MONGODB, (bean) -> (bean instanceof MongoClientSettings settings)
					? MongoCommands.observed(settings, observations.registry()) : bean);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DelegatingS3Client.class)
	static class S3Configuration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ClientBeans cairnS3Clients(ClientObservations observations, Environment environment) {
			return clients(environment, Instrument.S3, new S3Calls(observations)::observed);
		}

	}

}
