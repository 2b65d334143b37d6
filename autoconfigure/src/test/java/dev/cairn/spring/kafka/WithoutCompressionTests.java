package dev.cairn.spring.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.cairn.Cairn;
import dev.cairn.spring.test.ClassPath;
import dev.cairn.testing.Brokers;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Starts applications that exclude the compression libraries of Kafka's client.
 */
@ExtendWith(OutputCaptureExtension.class)
class WithoutCompressionTests {

	private static final ClassPath WITHOUT_LIBRARIES = ClassPath.without("zstd-jni|lz4-java|snappy-java");

	private static EmbeddedKafkaKraftBroker broker;

	@BeforeAll
	static void startBroker() {
		broker = new EmbeddedKafkaKraftBroker(1, 1, "none", "gzip");
		Brokers.start(broker);
	}

	@AfterAll
	static void stopBroker() {
		Brokers.stop(broker);
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "gzip" })
	void eventsAreDelivered(String compression) throws Exception {
		Object id = WITHOUT_LIBRARIES.run(Shop.class, "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
				"--cairn.kafka.topic=" + compression, "--spring.kafka.producer.compression-type=" + compression);
		assertThat(records(compression)).singleElement().asString().contains("\"" + id + "\"");
	}

	@ParameterizedTest
	@CsvSource({ "lz4, at.yawk.lz4:lz4-java", "snappy, org.xerial.snappy:snappy-java",
			"zstd, com.github.luben:zstd-jni" })
	void theStartNamesTheMissingLibrary(String compression, String dependency, CapturedOutput output) throws Exception {
		assertThat(WITHOUT_LIBRARIES.run(Shop.class, "--spring.kafka.bootstrap-servers=127.0.0.1:1",
				"--spring.kafka.producer.compression-type=" + compression))
			.isEqualTo("failed");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("spring.kafka.producer.compression-type")
			.contains("Its library is not on the class path. Add the dependency " + dependency
					+ ", or use gzip or none.");
	}

	@Test
	void theStartNamesThePropertyOfCairn(CapturedOutput output) throws Exception {
		assertThat(WITHOUT_LIBRARIES.run(Shop.class, "--spring.kafka.bootstrap-servers=127.0.0.1:1",
				"--cairn.kafka.properties.compression.type=zstd"))
			.isEqualTo("failed");
		assertThat(output).contains("cairn.kafka.properties.compression.type")
			.contains("Add the dependency com.github.luben:zstd-jni");
	}

	private static List<String> records(String topic) {
		Map<String, Object> configuration = Map.of("bootstrap.servers", broker.getBrokersAsString(), "group.id", topic,
				"auto.offset.reset", "earliest");
		List<String> values = new ArrayList<>();
		try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(configuration, new StringDeserializer(),
				new StringDeserializer())) {
			consumer.subscribe(List.of(topic));
			await().atMost(Duration.ofMinutes(1)).until(() -> {
				consumer.poll(Duration.ofMillis(100)).forEach((found) -> values.add(found.value()));
				return !values.isEmpty();
			});
		}
		return values;
	}

	/**
	 * Runs in the other class loader.
	 */
	public static final class Shop {

		private Shop() {
		}

		/**
		 * Starts an application and publishes an event.
		 * @param arguments the arguments of the application
		 * @return the id of the event, or {@code failed} if the application does not
		 * start
		 */
		public static String run(String... arguments) {
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
				.web(WebApplicationType.NONE)
				.properties("spring.main.banner-mode=off", "spring.application.name=shop", "logging.level.root=error",
						"cairn.kafka.spool.enabled=false", "cairn.shutdown-timeout=30s")
				.run(arguments)) {
				return context.getBean(Cairn.class).event("order.placed").publish();
			}
			catch (RuntimeException ex) {
				return "failed";
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
