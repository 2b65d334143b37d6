package dev.cairn.integration;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.cairn.Cairn;
import dev.cairn.testing.Brokers;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.stream.binding.BindingsLifecycleController;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reactive applications with Spring Cloud Stream, which looks for a function by itself.
 */
class ReactiveStreamTests {

	/** The name of the binding of a function is that of its topic. */
	private static final String TOPIC = "receive-in-0";

	private static final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1, TOPIC);

	@BeforeAll
	static void start() {
		Brokers.start(broker);
	}

	@AfterAll
	static void stop() {
		Brokers.stop(broker);
	}

	@Test
	void theOnlyFunctionOfTheApplicationIsBound() throws Exception {
		try (Service service = start(WithAFunction.class)) {
			send("order");
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> !service.messages("order.received").isEmpty());
			assertThat(service.get("/item").body()).isEqualTo("item");
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !service.messages("http.request").isEmpty());
			assertThat(service.messages("http.request").get(0).fields()).containsEntry("route", "/item")
				.containsEntry("status", 200)
				.containsEntry("response_bytes", 4L);
			assertThat(service.get("/fails").headers().firstValue("X-Error-Id")).isPresent();
		}
	}

	@Test
	void nothingIsBoundWithoutAFunction() {
		try (Service service = start(WithoutAFunction.class)) {
			assertThat(service.bean(BindingsLifecycleController.class).queryStates()).isEmpty();
			assertThat(service.bean(FunctionCatalog.class).getNames(null))
				.noneMatch((name) -> name.startsWith("cairn"));
		}
	}

	@Test
	void theManagementServerHasNoRequests() throws Exception {
		try (Service service = start(WithoutAFunction.class, "management.server.port=0")) {
			assertThat(service.get("/item").headers().firstValue("X-Trace-Id")).isPresent();
			HttpResponse<String> health = service.getFrom("management", "/actuator/health");
			assertThat(health.body()).contains("status");
			assertThat(health.headers().firstValue("X-Trace-Id")).isEmpty();
		}
	}

	@Test
	void aClientWithoutAServerHasNoRequests() {
		try (Service service = start(WithoutAFunction.class)) {
			WebTestClient.bindToApplicationContext(service.context())
				.build()
				.get()
				.uri("/item")
				.exchange()
				.expectStatus()
				.isOk()
				.expectHeader()
				.doesNotExist("X-Trace-Id");
		}
	}

	private static Service start(Class<?> application, String... properties) {
		return Service.startReactive(application,
				Stream
					.concat(Stream.of(properties),
							Stream.of(Service.WITHOUT_TRACER, "cairn.kafka.enabled=false",
									"spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
									"spring.cloud.stream.bindings.receive-in-0.group=shop",
									"spring.cloud.stream.kafka.bindings.receive-in-0.consumer.start-offset=earliest"))
					.toArray(String[]::new));
	}

	private static void send(String text) {
		try (KafkaProducer<String, String> producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", broker.getBrokersAsString()), new StringSerializer(),
				new StringSerializer())) {
			producer.send(new ProducerRecord<>(TOPIC, text));
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(ItemController.class)
	static class WithoutAFunction {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(ItemController.class)
	static class WithAFunction {

		@Bean
		Consumer<String> receive(Cairn cairn) {
			return (order) -> cairn.event("order.received").publish();
		}

	}

	@RestController
	static class ItemController {

		@GetMapping("/item")
		Mono<String> item() {
			return Mono.just("item");
		}

		@GetMapping("/fails")
		Mono<String> fails() {
			return Mono.error(new IllegalStateException("fails"));
		}

	}

}
