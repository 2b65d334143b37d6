package dev.cairn.spring.notify;

import java.net.http.HttpResponse;

import dev.cairn.Ledger.Balance;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A webhook that is silenced by a switch, which is set by HTTP.
 */
class NotificationSwitchTests {

	private static final String[] EXPOSED = { "management.endpoints.web.exposure.include=cairnswitches",
			"management.endpoint.cairnswitches.access=unrestricted" };

	@ParameterizedTest
	@CsvSource({ "sink, notifications", "event, notification.new-incident" })
	void isSilencedByASwitchAndSpeaksAgainAfterwards(String kind, String target) throws Exception {
		try (WebhookServer webhook = new WebhookServer();
				RunningApplication application = RunningApplication.start(Shop.class, EXPOSED[0], EXPOSED[1],
						"cairn.notifications.webhook-url=" + webhook.url("/"))) {
			application.get("/before");
			RunningApplication.await(() -> balance(application).delivered() == 1);

			String id = set(application, kind, target, "1h");
			application.get("/off");
			RunningApplication.await(() -> balance(application).filtered() == 1);
			application.send("DELETE", "/actuator/cairnswitches/" + id);
			application.get("/reverted");
			RunningApplication.await(() -> balance(application).delivered() == 2);

			set(application, kind, target, "1s");
			RunningApplication.await(() -> RunningApplication.json(application.get("/actuator/cairnswitches").body())
				.path("active")
				.isEmpty());
			application.get("/expired");
			RunningApplication.await(() -> balance(application).delivered() == 3);
			assertThat(webhook.texts()).extracting((text) -> text.lines().findFirst().orElseThrow())
				.containsExactly("[shop] New failure: IllegalStateException",
						"[shop] New failure: UnsupportedOperationException",
						"[shop] New failure: IndexOutOfBoundsException");
			assertThat(balance(application)).satisfies((balance) -> {
				assertThat(balance.offered()).isEqualTo(4);
				assertThat(balance.droppedTotal()).isZero();
			});
		}
	}

	@Test
	void thereIsNothingToSilenceWithoutANotifier() {
		try (RunningApplication application = RunningApplication.start(Shop.class, EXPOSED)) {
			HttpResponse<String> response = post(application, "sink", "notifications", "1h");
			assertThat(response.statusCode()).isEqualTo(400);
			assertThat(response.body()).contains("target must be one of [memory], but was 'notifications'");
		}
	}

	private static String set(RunningApplication application, String kind, String target, String duration) {
		HttpResponse<String> response = post(application, kind, target, duration);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return RunningApplication.json(response.body()).path("id").asString();
	}

	private static HttpResponse<String> post(RunningApplication application, String kind, String target,
			String duration) {
		return application.postJson("/actuator/cairnswitches",
				"{\"kind\":\"%s\",\"target\":\"%s\",\"value\":\"off\",\"duration\":\"%s\"}".formatted(kind, target,
						duration));
	}

	private static Balance balance(RunningApplication application) {
		return application.ledger().balances().get("notifications");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@RestController
	static class Shop {

		@GetMapping("/before")
		String failsBefore() {
			throw new IllegalStateException();
		}

		@GetMapping("/off")
		String failsMeanwhile() {
			throw new IllegalArgumentException();
		}

		@GetMapping("/reverted")
		String failsOnceReverted() {
			throw new UnsupportedOperationException();
		}

		@GetMapping("/expired")
		String failsOnceExpired() {
			throw new IndexOutOfBoundsException();
		}

	}

}
