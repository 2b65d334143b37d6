package dev.cairn.spring.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
import dev.cairn.kafka.KafkaDestination;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.CairnBuilderCustomizer;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.kafka.KafkaSinkProperties.SpoolProperties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.BeanFactory;
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

	private static final Logger logger = LoggerFactory.getLogger(KafkaSinkAutoConfiguration.class);

	static final String SINK_NAME = "kafka";

	/**
	 * Settings of the application's own records, or that would bind two producers to one
	 * transaction. Idempotence is on unless a property of Cairn's rules it out.
	 */
	private static final List<String> NOT_CARRIED_OVER = List.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG,
			ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG);

	/** Code that may expect keys and values of the application's own types. */
	private static final List<String> CODE = List.of(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG,
			ProducerConfig.PARTITIONER_CLASS_CONFIG);

	/**
	 * Every event is acknowledged by all replicas and written once; waits are seconds,
	 * not minutes, since the sink tries again by itself.
	 */
	private static final Map<String, Object> SETTINGS = Map.of(ProducerConfig.ACKS_CONFIG, "all",
			ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE, ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5,
			ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000L, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000,
			ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000, ProducerConfig.LINGER_MS_CONFIG, 5L);

	/** How long the client may take to report that the time of a record is over. */
	private static final Duration BEYOND_TIMEOUT = Duration.ofSeconds(5);

	@Bean
	ProducerConfiguration cairnKafkaProducerConfiguration(KafkaSinkProperties properties,
			ObjectProvider<ProducerFactory<?, ?>> factories, Origin origin,
			ObjectProvider<KafkaProducerCustomizer> customizers) {
		return new ProducerConfiguration(
				producerConfiguration(settings(factories), properties, origin, customizers.orderedStream().toList()));
	}

	@Bean
	TopicCheck cairnKafkaTopicCheck(KafkaSinkProperties properties, ProducerConfiguration producer) {
		return new TopicCheck(producer.values(), properties.checkTopics() ? properties.fixedTopics() : Set.of());
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
					properties.encoding().encoder(redactor, application), options(configuration, clientLog));
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

	private static boolean isPartitionedByKey(Map<String, Object> configuration) {
		return configuration.get(ProducerConfig.PARTITIONER_CLASS_CONFIG) == null && !Boolean
			.parseBoolean(String.valueOf(configuration.get(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG)));
	}

	@Bean
	ClientLog cairnKafkaClientLog() {
		return new ClientLog();
	}

	/** Events of large transactions wait in the directory of the spool. */
	@Bean
	@ConditionalOnMissingBean(name = "cairnHeldEventsCustomizer")
	CairnBuilderCustomizer cairnHeldEventsCustomizer(KafkaSinkProperties properties, Limits limits, Redactor redactor,
			ApplicationFrames application) {
		SpoolProperties spool = properties.spool();
		Spool.Held held = spool.enabled() ? Destinations.held(spool.place(), spool.maxSize().toBytes(),
				new MessageCodec(redactor, application, limits.maxBytes())) : Spool.Held.NONE;
		return (builder) -> builder.held(held);
	}

	private static KafkaDestination.Options options(Map<String, Object> configuration, ClientLog clientLog) {
		long timeout = ((Number) ConfigDef.parseType(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
				configuration.get(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG), ConfigDef.Type.INT))
			.longValue();
		return new KafkaDestination.Options(Duration.ofMillis(timeout).plus(BEYOND_TIMEOUT), clientLog::last,
				isPartitionedByKey(configuration));
	}

	/** Of several factories the primary one, else the first. */
	private static Map<String, Object> settings(ObjectProvider<ProducerFactory<?, ?>> factories) {
		ProducerFactory<?, ?> unique = factories.getIfUnique();
		return (unique != null) ? unique.getConfigurationProperties()
				: factories.orderedStream().findFirst().orElseThrow().getConfigurationProperties();
	}

	private static Map<String, Object> producerConfiguration(Map<String, Object> settings,
			KafkaSinkProperties properties, Origin origin, List<KafkaProducerCustomizer> customizers) {
		check("cairn.kafka.properties.", properties.properties());
		Map<String, Object> configuration = new HashMap<>(settings);
		NOT_CARRIED_OVER.forEach(configuration::remove);
		CODE.forEach((name) -> removeCode(name, configuration, properties));
		applyBootstrapServers(configuration, properties.bootstrapServers());
		configuration.putAll(SETTINGS);
		configuration.put(ProducerConfig.CLIENT_ID_CONFIG, clientId(origin));
		configuration.putAll(properties.properties());
		customizers.forEach((customizer) -> customizer.customize(configuration));
		configuration.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		configuration.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		check("spring.kafka.producer.properties.", configuration);
		return configuration;
	}

	private static void removeCode(String name, Map<String, Object> configuration, KafkaSinkProperties properties) {
		Object code = configuration.remove(name);
		if (code != null && !properties.properties().containsKey(name)) {
			logger.warn("Cairn: {}={} of the application is not applied to Cairn's producer, whose keys and values are "
					+ "bytes. If it supports these, set cairn.kafka.properties.{}", name, code, name);
		}
	}

	private static void applyBootstrapServers(Map<String, Object> configuration, List<String> own) {
		if (own.isEmpty()) {
			logger.info(
					"Cairn: events go to the Kafka cluster of the application, {}. To use another one, set "
							+ "cairn.kafka.bootstrap-servers",
					configuration.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG));
			return;
		}
		for (String server : own) {
			if (Utils.getHost(server) == null || Utils.getPort(server) == null) {
				throw new InvalidConfigurationPropertyValueException("cairn.kafka.bootstrap-servers", own,
						"Each one must be host:port, such as localhost:9092.");
			}
		}
		configuration.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, own);
	}

	private static void check(String prefix, Map<String, ?> configuration) {
		Map<String, ConfigDef.ConfigKey> keys = ProducerConfig.configDef().configKeys();
		configuration.forEach((name, value) -> {
			ConfigDef.ConfigKey key = keys.get(name);
			if (key != null) {
				check(prefix, key, value);
			}
		});
	}

	private static void check(String prefix, ConfigDef.ConfigKey key, Object value) {
		try {
			Object parsed = ConfigDef.parseType(key.name, value, key.type);
			if (key.validator != null) {
				key.validator.ensureValid(key.name, parsed);
			}
		}
		catch (ConfigException ex) {
			throw new InvalidConfigurationPropertyValueException(prefix + key.name, value,
					"Kafka's client rejects it: " + ex.getMessage());
		}
	}

	private static String clientId(Origin origin) {
		return "cairn-" + origin.service();
	}

	/**
	 * The properties of Cairn's producer by name.
	 */
	record ProducerConfiguration(Map<String, Object> values) {
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "ch.qos.logback.classic.LoggerContext")
	static class LogbackConfiguration {

		@Bean
		@ConditionalOnMissingBean
		QuietKafkaFilter cairnQuietKafkaFilter(KafkaSinkProperties properties, Origin origin, ClientLog log) {
			String clientId = properties.properties().getOrDefault(ProducerConfig.CLIENT_ID_CONFIG, clientId(origin));
			return new QuietKafkaFilter(clientId, log);
		}

		/** The publisher drains when Cairn is closed, so the filter has to outlive it. */
		@Bean
		static AbstractDependsOnBeanFactoryPostProcessor cairnDependsOnQuietKafkaFilter() {
			return new AbstractDependsOnBeanFactoryPostProcessor(Cairn.class, QuietKafkaFilter.class) {
			};
		}

	}

}
