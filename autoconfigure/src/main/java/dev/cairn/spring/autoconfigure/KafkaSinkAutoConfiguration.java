package dev.cairn.spring.autoconfigure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.LoggerContext;
import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.Limits;
import dev.cairn.Message;
import dev.cairn.Origin;
import dev.cairn.Redactor;
import dev.cairn.sink.AsyncSink;
import dev.cairn.sink.MessageTemplate;
import dev.cairn.sink.kafka.KafkaSender;
import dev.cairn.spring.logging.QuietKafkaFilter;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AbstractDependsOnBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ProducerFactory;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for messages to Kafka, on a thread
 * and with a producer of Cairn's own, from the settings of Boot's
 * {@link ProducerFactory}.
 */
@AutoConfiguration(after = KafkaAutoConfiguration.class, before = CairnAutoConfiguration.class)
@ConditionalOnCairn("kafka")
@ConditionalOnClass({ ProducerFactory.class, KafkaAutoConfiguration.class })
@ConditionalOnConfigured({ "spring.kafka.bootstrap-servers", "spring.kafka.producer.bootstrap-servers" })
@ConditionalOnBean(ProducerFactory.class)
@EnableConfigurationProperties(KafkaSinkProperties.class)
public final class KafkaSinkAutoConfiguration {

	static final String SINK_NAME = "kafka";

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean(name = "cairnKafkaSink")
	AsyncSink<Message> cairnKafkaSink(KafkaSinkProperties properties, ProducerFactory<?, ?> factory, Origin origin,
			Ledger ledger, Limits limits, Redactor redactor, ObjectProvider<KafkaProducerCustomizer> customizers) {
		MessageTemplate topic = InvalidProperty.check("cairn.kafka.topic", properties.topic(),
				() -> MessageTemplate.of(properties.topic()));
		MessageTemplate key = InvalidProperty.check("cairn.kafka.key", properties.key(),
				() -> MessageTemplate.of(properties.key()));
		Map<String, Object> configuration = producerConfiguration(factory, properties, origin,
				customizers.orderedStream().toList());
		KafkaSender sender = new KafkaSender(
				() -> new KafkaProducer<>(configuration, new ByteArraySerializer(), new ByteArraySerializer()), topic,
				key, properties.encoding().encoder(redactor), limits.maxBytes());
		return AsyncSink.ofMessages(ledger.channel(SINK_NAME), sender, properties.delivery().toOptions("cairn.kafka"));
	}

	private static Map<String, Object> producerConfiguration(ProducerFactory<?, ?> factory,
			KafkaSinkProperties properties, Origin origin, List<KafkaProducerCustomizer> customizers) {
		Map<String, Object> configuration = new HashMap<>(factory.getConfigurationProperties());
		configuration.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
		configuration.putAll(CairnProducer.SETTINGS);
		configuration.put(ProducerConfig.CLIENT_ID_CONFIG, CairnProducer.clientId(origin));
		configuration.putAll(properties.properties());
		customizers.forEach((customizer) -> customizer.customize(configuration));
		configuration.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		configuration.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		try {
			ProducerConfig.configDef().parse(configuration);
		}
		catch (ConfigException ex) {
			throw new InvalidConfigurationPropertyValueException("cairn.kafka.properties", properties.properties(),
					"Kafka's client refuses the settings of the producer, which come from spring.kafka.producer.*"
							+ " and from here: " + ex.getMessage());
		}
		return configuration;
	}

	/**
	 * What Cairn's producer does differently from the application's.
	 */
	private static final class CairnProducer {

		/**
		 * Every event is acknowledged by all replicas and written once; waits are
		 * seconds, not minutes, since the sink tries again by itself.
		 */
		static final Map<String, Object> SETTINGS = Map.of(ProducerConfig.ACKS_CONFIG, "all",
				ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true, ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE,
				ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5, ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000L,
				ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000,
				ProducerConfig.LINGER_MS_CONFIG, 5L);

		static String clientId(Origin origin) {
			return "cairn-" + origin.service();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(LoggerContext.class)
	static class LogbackConfiguration {

		@Bean
		@ConditionalOnMissingBean
		@Conditional(OnLogbackCondition.class)
		QuietKafkaFilter cairnQuietKafkaFilter(Origin origin) {
			return new QuietKafkaFilter((LoggerContext) LoggerFactory.getILoggerFactory(),
					CairnProducer.clientId(origin));
		}

		/** The publisher drains when Cairn is closed, so the filter has to outlive it. */
		@Bean
		static AbstractDependsOnBeanFactoryPostProcessor cairnDependsOnQuietKafkaFilter() {
			return new AbstractDependsOnBeanFactoryPostProcessor(Cairn.class, QuietKafkaFilter.class) {
			};
		}

	}

}
