package dev.cairn.spring.kafka;

import java.util.Map;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Message.Limits;
import dev.cairn.Origin;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Sink;
import dev.cairn.delivery.Spool;
import dev.cairn.encoding.MessageCodec;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.encoding.MessageEncoder.Format;
import dev.cairn.file.Destinations;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.CairnBuilderCustomizer;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.kafka.KafkaSinkProperties.SpoolProperties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AbstractDependsOnBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ProducerFactory;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for messages to Kafka, on a thread
 * and with a producer of Cairn's own, from the settings of Boot's
 * {@link ProducerFactory}.
 */
@AutoConfiguration(after = KafkaAutoConfiguration.class, before = CairnAutoConfiguration.class)
@ConditionalOnCairn(value = "kafka",
		configured = { "cairn.kafka.bootstrap-servers", "spring.kafka.bootstrap-servers",
				"spring.kafka.producer.bootstrap-servers" })
@ConditionalOnClass(KafkaAutoConfiguration.class)
@ConditionalOnBean(ProducerFactory.class)
@EnableConfigurationProperties(KafkaSinkProperties.class)
public final class KafkaSinkAutoConfiguration {

	static final String SINK_NAME = "kafka";

	@Bean
	ProducerConfiguration cairnKafkaProducerConfiguration(KafkaSinkProperties properties,
			ObjectProvider<ProducerFactory<?, ?>> factories, Origin origin,
			ObjectProvider<KafkaProducerCustomizer> customizers) {
		return ProducerConfiguration.of(factories, properties, origin, customizers.orderedStream().toList());
	}

	@Bean
	@ConditionalOnCairn("doctor")
	KafkaTopicsCheck cairnKafkaTopicsCheck(KafkaSinkProperties properties, ProducerConfiguration producer,
			Limits limits, ClientLog log) {
		return new KafkaTopicsCheck(producer.values(), properties.fixedTopics(), limits.maxBytes(), log);
	}

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean(name = "cairnKafkaSink")
	Sink cairnKafkaSink(KafkaSinkProperties properties, DeliveryOptions delivery, ProducerConfiguration producer,
			Origin origin, Accounts ledger, Limits limits, Redactor redactor, ApplicationFrames application,
			ClientLog clientLog, BeanFactory beans) {
		Map<String, Object> configuration = producer.values();
		MessageCodec codec = new MessageCodec(redactor, application, limits.maxBytes());
		return new KafkaSinkFactory(properties, delivery, ledger.channel(SINK_NAME), origin.service(), codec, limits,
				(name) -> encoder(name, beans, redactor, application))
			.create(() -> new KafkaProducer<>(configuration, new ByteArraySerializer(), new ByteArraySerializer()),
					properties.encoding().encoder(redactor, application), producer.options(clientLog));
	}

	private static MessageEncoder encoder(String name, BeanFactory beans, Redactor redactor,
			ApplicationFrames application) {
		for (Format format : Format.values()) {
			if (format.name().equalsIgnoreCase(name)) {
				return format.encoder(redactor, application);
			}
		}
		if (!beans.containsBean(name) || !beans.isTypeMatch(name, MessageEncoder.class)) {
			throw new IllegalArgumentException(
					"there is no MessageEncoder bean of this name, and the formats are cairn, metlog and payload");
		}
		return beans.getBean(name, MessageEncoder.class);
	}

	@Bean
	ClientLog cairnKafkaClientLog() {
		return new ClientLog();
	}

	/** Events of large transactions wait in the directory of the spool. */
	@Bean
	@ConditionalOnMissingBean(name = "cairnDeferredMessagesCustomizer")
	CairnBuilderCustomizer cairnDeferredMessagesCustomizer(KafkaSinkProperties properties, Limits limits,
			Redactor redactor, ApplicationFrames application) {
		SpoolProperties spool = properties.spool();
		Spool.DeferredMessages deferred = spool.enabled() ? Destinations.deferredMessages(spool.place(),
				spool.maxSize().toBytes(), new MessageCodec(redactor, application, limits.maxBytes()))
				: Spool.DeferredMessages.NONE;
		return (builder) -> builder.deferredMessages(deferred);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "ch.qos.logback.classic.LoggerContext")
	static class LogbackConfiguration {

		@Bean
		@ConditionalOnMissingBean
		QuietKafkaFilter cairnQuietKafkaFilter(KafkaSinkProperties properties, Origin origin, ClientLog log) {
			return new QuietKafkaFilter(ProducerConfiguration.clientId(properties, origin), log);
		}

		/** The publisher drains when Cairn is closed, so the filter has to outlive it. */
		@Bean
		static AbstractDependsOnBeanFactoryPostProcessor cairnDependsOnQuietKafkaFilter() {
			return new AbstractDependsOnBeanFactoryPostProcessor(Cairn.class, QuietKafkaFilter.class) {
			};
		}

	}

}
