package dev.cairn.spring.sentry;

import java.util.List;
import java.util.stream.Stream;

import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.SentryServer;
import io.sentry.Sentry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ClientConsentFilter} in an application that lets Sentry have personal
 * data.
 */
class ClientConsentFilterTests {

	private static final List<String> CLIENT = List.of("User-Agent", "till/4", "Accept-Language", "de-AT", "Referer",
			"https://search.example/find", "X-Forwarded-For", "192.0.2.7", "X-Device", "device-4711");

	private final SentryServer sentry = SentryServer.started();

	@AfterEach
	void stop() {
		this.sentry.close();
	}

	@ParameterizedTest
	@CsvSource({ "/fail, DNT, 1, signals=true", "/direct, DNT, 1, signals=true", "/fail, Sec-GPC, 1, signals=true",
			"/direct, Sec-GPC, 1, signals=true", "/fail, X-Consent, false, header=X-Consent",
			"/direct, X-Other, true, header=X-Consent", "/fail, Cookie, consent=none, cookie=consent",
			"/direct, Cookie, other=true, cookie=consent" })
	void sentryReceivesNothingThatDescribesAClientThatRefuses(String path, String header, String value,
			String property) {
		JsonNode event = event(path, header, value, property);
		assertThat(event.toString()).doesNotContain("till/4", "de-AT", "search.example", "192.0.2.7", "device-4711");
		assertThat(event.at("/user/ip_address").asString("")).isIn("", "{{auto}}");
		assertThat(event.at("/request").has("cookies")).isFalse();
		assertThat(event.at("/request/headers/Accept").asString()).isEqualTo("application/json");
		assertThat(event.at("/request/url").asString()).endsWith(path);
	}

	@ParameterizedTest
	@CsvSource({ "/fail, DNT, 0, signals=true", "/direct, DNT, 1, signals=false",
			"/fail, X-Consent, true, header=X-Consent", "/direct, Cookie, consent=true, cookie=consent" })
	void sentryReceivesWhatItReceivesWithoutCairnOfAClientThatConsents(String path, String header, String value,
			String property) {
		JsonNode headers = event(path, header, value, property).at("/request/headers");
		for (int i = 0; i < CLIENT.size(); i += 2) {
			assertThat(headers.path(CLIENT.get(i)).asString()).isEqualTo(CLIENT.get(i + 1));
		}
	}

	private JsonNode event(String path, String header, String value, String property) {
		try (RunningApplication application = RunningApplication.start(ConsentApplication.class,
				"sentry.dsn=" + this.sentry.dsn(), "sentry.send-default-pii=true",
				"cairn.requests.consent." + property)) {
			application.get(path, Stream.concat(CLIENT.stream(), Stream.of("Accept", "application/json", header, value))
				.toArray(String[]::new));
			return this.sentry.awaitEvent();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(ConsentController.class)
	static class ConsentApplication {

	}

	@RestController
	static class ConsentController {

		@GetMapping("/fail")
		String fail() {
			throw new IllegalStateException("failed");
		}

		@GetMapping("/direct")
		String direct() {
			Sentry.captureException(new IllegalStateException("captured"));
			return "";
		}

	}

}
