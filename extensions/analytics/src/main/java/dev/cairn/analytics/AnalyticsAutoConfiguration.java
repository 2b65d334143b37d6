package dev.cairn.analytics;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.Message.Address;
import dev.cairn.delivery.Accounts;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.core.InvalidProperty;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.kafka.core.ConsumerFactory;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the archive of messages, and for
 * the {@code cairnanalytics} endpoint with reports over it.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class,
		afterName = "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration")
@ConditionalOnCairn("analytics")
@ConditionalOnBooleanProperty("cairn.analytics.enabled")
@EnableConfigurationProperties(AnalyticsProperties.class)
public final class AnalyticsAutoConfiguration {

	@Bean
	Reports cairnAnalyticsReports(AnalyticsProperties properties, Environment environment) {
		boolean daily = environment.getProperty("cairn.requests.visitor.daily", Boolean.class, true);
		return new Reports(properties.toLake(), properties.toDatabase(), properties.toFunnels(), daily,
				properties.checkedQueryTimeout());
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "cairn.analytics.archive", matchIfMissing = true)
	Archiver cairnAnalyticsArchiver(AnalyticsProperties properties, Archiver.SourceFactory source, Accounts ledger) {
		Lake lake = properties.toLake();
		Database database = properties.toDatabase();
		List<Column> columns = properties.toColumns();
		return new Archiver(lake, source, () -> new ParquetFiles(lake.folder(), database, columns),
				properties.checkedInterval(), properties.toUpkeep(), ledger.channel("analytics"));
	}

	@Order(1)
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ ConsumerFactory.class, KafkaConsumer.class })
	@ConditionalOnBean(name = "cairnKafkaSink", value = ConsumerFactory.class)
	static class KafkaConfiguration {

		@Bean
		Archiver.SourceFactory cairnAnalyticsKafka(AnalyticsProperties properties, ConsumerFactory<?, ?> consumers,
				Environment environment) {
			List<String> topics = topics(properties, environment);
			int maxBytes = properties.maxBatchBytes();
			Map<String, Object> settings = new HashMap<>(consumers.getConfigurationProperties());
			// The sink may have brokers of its own
			Binder.get(environment)
				.bind("cairn.kafka.bootstrap-servers", Bindable.listOf(String.class))
				.ifBound((servers) -> settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers));
			return (positions) -> new KafkaSource(settings, topics, maxBytes, positions);
		}

		private static List<String> topics(AnalyticsProperties properties, Environment environment) {
			if (!properties.topics().isEmpty()) {
				return InvalidProperty.check("cairn.analytics.topics", properties.topics(),
						() -> properties.topics().stream().map(Address::checkTopic).toList());
			}
			String topic = environment.getProperty("cairn.kafka.topic", "cairn-events");
			return InvalidProperty.check("cairn.analytics.topics", "", () -> {
				if (topic.contains("{")) {
					throw new IllegalArgumentException(
							"The topic of cairn.kafka.topic has placeholders. Name the topics to archive.");
				}
				return List.of(topic);
			});
		}

	}

	@Order(2)
	@Configuration(proxyBeanMethods = false)
	static class FileConfiguration {

		@Bean
		@ConditionalOnMissingBean
		Archiver.SourceFactory cairnAnalyticsFiles(AnalyticsProperties properties, Environment environment) {
			InvalidProperty.check("cairn.analytics.topics", properties.topics(), () -> {
				if (!properties.topics().isEmpty()) {
					throw new IllegalArgumentException(
							"There is no broker. Set spring.kafka.bootstrap-servers, or remove the topics.");
				}
				return properties.topics();
			});
			Path folder = Path.of(environment.getProperty("cairn.file.directory", "./cairn-events"));
			int maxBytes = properties.maxBatchBytes();
			return (positions) -> new FileSource(folder, maxBytes, positions);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnAvailableEndpoint
		CairnAnalyticsEndpoint cairnAnalyticsEndpoint(AnalyticsProperties properties, Reports reports) {
			return new CairnAnalyticsEndpoint(properties.toLake(), reports, InstantSource.system());
		}

	}

}
