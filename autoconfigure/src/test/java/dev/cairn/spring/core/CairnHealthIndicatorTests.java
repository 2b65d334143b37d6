package dev.cairn.spring.core;

import java.net.http.HttpResponse;
import java.util.Map;

import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the health of the channels, in groups as well, while Kafka is unavailable.
 */
class CairnHealthIndicatorTests {

	private static final String[] PROPERTIES = { "management.endpoints.web.exposure.include=health",
			"management.endpoint.health.group.telemetry.include=cairn",
			"management.endpoint.health.group.telemetry.show-details=always",
			"management.endpoint.health.group.telemetry.additional-path=server:/telemetry",
			"management.endpoint.health.group.ready.include=*", "management.endpoint.health.group.ready.exclude=cairn",
			"spring.kafka.bootstrap-servers=127.0.0.1:1", "cairn.kafka.properties.max.block.ms=200",
			"cairn.delivery.retry-max=100ms", "cairn.shutdown-timeout=100ms", "cairn.requests.enabled=false" };

	@Test
	void isUpInAGroupWhileAChannelIsDown() {
		try (RunningApplication application = RunningApplication.start(Application.class, PROPERTIES)) {
			isUp(application);
		}
	}

	@Test
	void isUpInAGroupOfAReactiveApplicationWhileAChannelIsDown() {
		try (RunningApplication application = RunningApplication.startReactive(Application.class, PROPERTIES)) {
			isUp(application);
		}
	}

	private static void isUp(RunningApplication application) {
		awaitThatKafkaIsDown(application);
		for (String path : new String[] { "/actuator/health/telemetry", "/telemetry" }) {
			HttpResponse<String> response = application.get(path);
			assertThat(response.statusCode()).as(path).isEqualTo(200);
			JsonNode health = RunningApplication.json(response.body());
			assertThat(health.path("status").asString()).isEqualTo("UP");
			assertThat(health.at("/components/cairn/status").asString()).isEqualTo("UP");
			assertThat(health.at("/components/cairn/details/channels/kafka").asString()).isEqualTo("down");
			assertThat(health.at("/components/cairn/details/channels/memory").asString()).isEqualTo("up");
		}
		assertThat(application.get("/actuator/health").statusCode()).isEqualTo(200);
		assertThat(application.get("/actuator/health/ready").statusCode()).isEqualTo(200);
	}

	@Test
	void isDownOnlyInGroupsWithItIfTheApplicationWantsThat() {
		String[] properties = PROPERTIES.clone();
		properties[properties.length - 1] = "cairn.health.down-when-channel-down=true";
		try (RunningApplication application = RunningApplication.start(Application.class, properties)) {
			awaitThatKafkaIsDown(application);
			assertThat(application.get("/actuator/health/telemetry").statusCode()).isEqualTo(503);
			assertThat(application.get("/actuator/health").statusCode()).isEqualTo(503);
			assertThat(application.get("/actuator/health/ready").statusCode()).isEqualTo(200);
		}
	}

	@Test
	void hasNoContributorIfHealthIsOff() {
		try (RunningApplication application = RunningApplication.start(Application.class,
				"management.endpoints.web.exposure.include=health", "cairn.health.enabled=false",
				"management.endpoint.health.show-details=always")) {
			assertThat(application.get("/actuator/health").body()).contains("diskSpace").doesNotContain("cairn");
		}
	}

	@Test
	void isUnknownIfTheChannelsCannotBeRead() {
		assertThat(new CairnHealthIndicator(new BrokenLedger(), true).health().getStatus()).isEqualTo(Status.UNKNOWN);
	}

	private static void awaitThatKafkaIsDown(RunningApplication application) {
		application.bean(Cairn.class).event("order.placed").publish();
		RunningApplication.await(() -> application.ledger().balances().get("kafka").state() == Ledger.State.DOWN);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	static class BrokenLedger implements Ledger {

		@Override
		public Map<String, Balance> balances() {
			throw new IllegalStateException("broken");
		}

		@Override
		public Incidents incidents() {
			throw new IllegalStateException("broken");
		}

		@Override
		public Map<String, Long> failures() {
			return Map.of();
		}

	}

}
