package dev.cairn.spring.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.Origin;
import dev.cairn.kafka.KafkaDestination;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.util.ClassUtils;

/**
 * The properties of Cairn's producer by name: those of the application, with what Cairn
 * requires, and then what the user sets for Cairn.
 */
record ProducerConfiguration(Map<String, Object> values) {

	private static final Logger logger = LoggerFactory.getLogger(ProducerConfiguration.class);

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

	/**
	 * The classes of the compression types in the libraries that an application may
	 * exclude.
	 */
	private static final Map<String, Library> COMPRESSION = Map.of("lz4",
			new Library("net.jpountz.lz4.LZ4Factory", "at.yawk.lz4:lz4-java"), "snappy",
			new Library("org.xerial.snappy.Snappy", "org.xerial.snappy:snappy-java"), "zstd",
			new Library("com.github.luben.zstd.Zstd", "com.github.luben:zstd-jni"));

	/** How long the client may take to report that the time of a record is over. */
	private static final Duration BEYOND_TIMEOUT = Duration.ofSeconds(5);

	static ProducerConfiguration of(ObjectProvider<ProducerFactory<?, ?>> factories, KafkaSinkProperties properties,
			Origin origin, List<KafkaProducerCustomizer> customizers) {
		check("cairn.kafka.properties.", properties.properties());
		Map<String, Object> values = new HashMap<>(settings(factories));
		NOT_CARRIED_OVER.forEach(values::remove);
		CODE.forEach((name) -> removeCode(name, values, properties));
		applyBootstrapServers(values, properties.bootstrapServers());
		values.putAll(SETTINGS);
		values.putAll(properties.properties());
		values.put(ProducerConfig.CLIENT_ID_CONFIG, clientId(properties, origin));
		customizers.forEach((customizer) -> customizer.customize(values));
		values.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		values.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		check("spring.kafka.producer.properties.", values);
		checkCompression(values, properties);
		return new ProducerConfiguration(values);
	}

	static String clientId(KafkaSinkProperties properties, Origin origin) {
		return properties.properties().getOrDefault(ProducerConfig.CLIENT_ID_CONFIG, "cairn-" + origin.service());
	}

	/** Uses the primary factory if there are several, or else the first. */
	private static Map<String, Object> settings(ObjectProvider<ProducerFactory<?, ?>> factories) {
		ProducerFactory<?, ?> unique = factories.getIfUnique();
		return (unique != null) ? unique.getConfigurationProperties()
				: factories.orderedStream().findFirst().orElseThrow().getConfigurationProperties();
	}

	private static void removeCode(String name, Map<String, Object> values, KafkaSinkProperties properties) {
		Object code = values.remove(name);
		if (code != null && !properties.properties().containsKey(name)) {
			logger.warn("Cairn: {}={} of the application is not applied to Cairn's producer, whose keys and values are "
					+ "bytes. If it supports these, set cairn.kafka.properties.{}", name, code, name);
		}
	}

	private static void applyBootstrapServers(Map<String, Object> values, List<String> own) {
		if (own.isEmpty()) {
			logger.info("Cairn: events go to the Kafka cluster of the application, {}. To use another one, set "
					+ "cairn.kafka.bootstrap-servers", values.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG));
			return;
		}
		for (String server : own) {
			if (Utils.getHost(server) == null || Utils.getPort(server) == null) {
				throw new InvalidConfigurationPropertyValueException("cairn.kafka.bootstrap-servers", own,
						"Each one must be host:port, such as localhost:9092.");
			}
		}
		values.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, own);
	}

	private static void check(String prefix, Map<String, ?> values) {
		Map<String, ConfigDef.ConfigKey> keys = ProducerConfig.configDef().configKeys();
		values.forEach((name, value) -> {
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

	/** At start, since Kafka's client looks for the library with the first batch. */
	private static void checkCompression(Map<String, Object> values, KafkaSinkProperties properties) {
		Object type = values.get(ProducerConfig.COMPRESSION_TYPE_CONFIG);
		Library library = COMPRESSION.get(String.valueOf(type));
		if (library != null && !ClassUtils.isPresent(library.type(), ProducerConfig.class.getClassLoader())) {
			boolean own = properties.properties().containsKey(ProducerConfig.COMPRESSION_TYPE_CONFIG);
			throw new InvalidConfigurationPropertyValueException(
					own ? "cairn.kafka.properties.compression.type" : "spring.kafka.producer.compression-type", type,
					"Its library is not on the class path. Add the dependency " + library.coordinates()
							+ ", or use gzip or none.");
		}
	}

	KafkaDestination.Options options(ClientLog log) {
		long timeout = ((Number) ConfigDef.parseType(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
				this.values.get(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG), ConfigDef.Type.INT))
			.longValue();
		return new KafkaDestination.Options(Duration.ofMillis(timeout).plus(BEYOND_TIMEOUT), log::last,
				isPartitionedByKey(), KafkaDestination.Options.DEFAULT.missingTopic());
	}

	private boolean isPartitionedByKey() {
		return this.values.get(ProducerConfig.PARTITIONER_CLASS_CONFIG) == null && !Boolean
			.parseBoolean(String.valueOf(this.values.get(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG)));
	}

	/** A library, by one of its classes. */
	private record Library(String type, String coordinates) {
	}

}
