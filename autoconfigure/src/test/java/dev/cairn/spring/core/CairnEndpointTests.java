package dev.cairn.spring.core;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the endpoint, the health and the meters of a running application.
 */
class CairnEndpointTests {

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(Application.class,
				"management.endpoints.web.exposure.include=cairn,health,metrics",
				"management.endpoint.health.show-details=always", "spring.kafka.bootstrap-servers=127.0.0.1:1",
				"cairn.kafka.properties.max.block.ms=200", "cairn.delivery.retry-max=100ms",
				"cairn.sampling.rules[0].name=sampled.out", "cairn.sampling.rules[0].rate=0",
				"cairn.shutdown-timeout=100ms", "cairn.requests.enabled=false");
		application.bean(Cairn.class).event("sampled.out").publish();
		for (int i = 0; i < 60; i++) {
			application.bean(Cairn.class).event("order." + i).field("order_id", i).publish();
		}
		RunningApplication.await(() -> application.ledger().balances().get("kafka").state() == Ledger.State.DOWN);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void namesTheServiceAndItsChannels() {
		JsonNode root = read();
		assertThat(root.propertyNames()).containsExactly("service", "channels", "incidents", "failures", "recent");
		assertThat(root.path("service").asString()).isEqualTo("shop");
		assertThat(root.path("channels").propertyNames()).containsExactly("kafka", "memory");
	}

	@Test
	void accountsForAChannel() {
		JsonNode memory = read().at("/channels/memory");
		assertThat(memory.propertyNames()).containsExactly("state", "offered", "sampled_out", "filtered", "accepted",
				"delivered", "held", "spooled", "dropped", "truncated", "not_persisted", "last_error");
		assertThat(memory.path("state").asString()).isEqualTo("up");
		assertThat(memory.path("offered").asLong()).isEqualTo(61);
		assertThat(memory.path("sampled_out").asLong()).isEqualTo(1);
		assertThat(memory.path("delivered").asLong()).isEqualTo(60);
		assertThat(memory.path("held").asLong()).isZero();
		assertThat(memory.path("dropped").isObject()).isTrue();
		assertThat(memory.path("last_error").isNull()).isTrue();
	}

	@Test
	void showsWhyAChannelIsDown() {
		JsonNode kafka = read().at("/channels/kafka");
		assertThat(kafka.path("state").asString()).isEqualTo("down");
		assertThat(kafka.path("last_error").asString()).contains("not present in metadata", "127.0.0.1:1");
		assertThat(kafka.path("held").asLong()).isEqualTo(60);
	}

	@Test
	void addsUp() {
		read().path("channels").forEach((channel) -> {
			long dropped = 0;
			for (JsonNode count : channel.path("dropped")) {
				dropped += count.asLong();
			}
			assertThat(channel.path("offered").asLong())
				.isEqualTo(channel.path("sampled_out").asLong() + channel.path("filtered").asLong()
						+ channel.path("delivered").asLong() + channel.path("held").asLong() + dropped);
		});
	}

	@Test
	void showsTheLastMessagesNewestFirstWithoutTheirContent() {
		JsonNode recent = read().path("recent");
		List<String> types = new ArrayList<>();
		recent.forEach((message) -> types.add(message.path("type").asString()));
		assertThat(types).hasSize(50).startsWith("order.59", "order.58").endsWith("order.10");
		JsonNode newest = recent.get(0);
		assertThat(newest.propertyNames()).containsExactly("id", "type", "timestamp", "severity", "trace_id",
				"accepted");
		assertThat(newest.path("timestamp").asString()).matches("\\d{4}-\\d{2}-\\d{2}T.*Z");
		assertThat(newest.path("severity").asInt()).isEqualTo(6);
		assertThat(newest.path("accepted").asBoolean()).isTrue();
	}

	@Test
	void countsWhatHasFailed() {
		assertThat(read().path("failures").isObject()).isTrue();
		for (int i = 0; i < 2; i++) {
			application.bean(Extensions.class).failed("the supplier of a binding", new IllegalStateException("no"));
		}
		assertThat(read().at("/failures/the supplier of a binding").asLong()).isEqualTo(2);
	}

	@Test
	void cannotBeWritten() {
		assertThat(application.send("POST", "/actuator/cairn").statusCode()).isEqualTo(405);
	}

	@Test
	void staysUpWhenABackendIsDown() {
		HttpResponse<String> response = application.get("/actuator/health");
		assertThat(response.statusCode()).isEqualTo(200);
		JsonNode health = RunningApplication.json(response.body());
		assertThat(health.path("status").asString()).isEqualTo("UP");
		assertThat(health.at("/components/cairn/status").asString()).isEqualTo("UP");
		assertThat(health.at("/components/cairn/details/channels/kafka").asString()).isEqualTo("down");
		assertThat(health.at("/components/cairn/details/channels/memory").asString()).isEqualTo("up");
	}

	@Test
	void countsMessagesAsMeters() {
		MeterRegistry registry = application.bean(MeterRegistry.class);
		Map<String, Double> expected = Map.of("sampled_out", 1.0, "filtered", 0.0, "delivered", 60.0, "dropped", 0.0);
		expected.forEach((outcome, count) -> assertThat(
				registry.get("cairn.messages").tags("channel", "memory", "outcome", outcome).functionCounter().count())
			.as(outcome)
			.isEqualTo(count));
		assertThat(registry.get("cairn.messages.held").tag("channel", "kafka").gauge().value()).isEqualTo(60);
		assertThat(registry.get("cairn.messages.spooled").tag("channel", "kafka").gauge().value()).isZero();
		assertThat(registry.get("cairn.channel.state").tag("channel", "kafka").gauge().value()).isEqualTo(2);
		assertThat(registry.get("cairn.channel.state").tag("channel", "memory").gauge().value()).isZero();
		assertThat(registry.get("cairn.messages.offered").tag("channel", "memory").functionCounter().count())
			.isEqualTo(61);
	}

	@Test
	void countsEachMessageOnceByType() {
		MeterRegistry registry = application.bean(MeterRegistry.class);
		assertThat(registry.get("cairn.messages.published").functionCounters())
			.anySatisfy((counter) -> assertThat(counter.getId().getTag("type")).isNotEmpty());
		double published = registry.get("cairn.messages.published")
			.functionCounters()
			.stream()
			.mapToDouble(FunctionCounter::count)
			.sum();
		assertThat(published).isEqualTo(60);
	}

	@Test
	void countsLossesByReasonFromTheBeginning() {
		MeterRegistry registry = application.bean(MeterRegistry.class);
		assertThat(registry.get("cairn.messages.dropped").tag("channel", "memory").functionCounters())
			.extracting((counter) -> counter.getId().getTag("reason"))
			.containsExactlyInAnyOrderElementsOf(
					Stream.of(Ledger.DropReason.values()).map(Ledger.DropReason::wireName).toList());
	}

	@Test
	void isNotExposedUnlessAsked() {
		try (RunningApplication closed = RunningApplication.start(Application.class)) {
			assertThat(closed.get("/actuator/cairn").statusCode()).isEqualTo(404);
		}
	}

	@Test
	void isDownOnlyWhereTheApplicationWantsThat() {
		CairnHealthIndicator indicator = new CairnHealthIndicator(application.ledger(), true);
		assertThat(indicator.health().getStatus().getCode()).isEqualTo("DOWN");
	}

	private static JsonNode read() {
		HttpResponse<String> response = application.get("/actuator/cairn");
		assertThat(response.statusCode()).isEqualTo(200);
		return RunningApplication.json(response.body());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
