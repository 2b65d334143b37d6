package dev.cairn.spring.sentry;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.SentryServer;
import io.sentry.Sentry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ExchangeConsentFilter} in a reactive application that lets Sentry have
 * personal data, with both filters of Sentry.
 */
class ExchangeConsentFilterTests {

	private static final List<String> CLIENT = List.of("User-Agent", "till/4", "Accept-Language", "de-AT", "Referer",
			"https://search.example/find", "X-Forwarded-For", "192.0.2.7", "X-Device", "device-4711");

	/** The last one is only reported by Sentry's own handler of exceptions. */
	private static final List<String> PATHS = List.of("/fail", "/later", "/direct", "/gone");

	/**
	 * With the accessor, Sentry's filter restores its scope inside of itself only, where
	 * exceptions that leave the handler are not captured.
	 */
	@ParameterizedTest
	@CsvSource({ "true, /direct /gone", "false, /fail /later /direct /gone" })
	void sentryReceivesNothingThatDescribesAClientThatRefuses(boolean accessor, String withRequest) {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = RunningApplication.startReactive(ConsentApplication.class,
						"sentry.dsn=" + sentry.dsn(), "sentry.send-default-pii=true",
						"sentry.reactive.thread-local-accessor-enabled=" + accessor)) {
			for (String path : PATHS) {
				JsonNode event = event(sentry, application, path, "1");
				assertThat(event.toString()).doesNotContain("till/4", "de-AT", "search.example", "192.0.2.7",
						"device-4711");
				assertThat(event.at("/user/ip_address").asString("")).isIn("", "{{auto}}");
				assertThat(event.at("/request").has("cookies")).isFalse();
				assertThat(event.at("/request/headers").has("Cookie")).isFalse();
				assertThat(event.at("/request/headers").has("Accept")).isEqualTo(withRequest.contains(path));
			}
			for (String path : withRequest.split(" ")) {
				JsonNode request = event(sentry, application, path, "0").at("/request");
				assertThat(request.has("cookies")).isTrue();
				for (int i = 0; i < CLIENT.size(); i += 2) {
					assertThat(request.at("/headers").path(CLIENT.get(i)).asString()).isEqualTo(CLIENT.get(i + 1));
				}
			}
		}
	}

	/** Sends a request, and returns the event that follows. */
	private static JsonNode event(SentryServer sentry, RunningApplication application, String path, String doNotTrack) {
		int before = sentry.distinctEvents().size();
		application.get(path,
				Stream
					.concat(CLIENT.stream(),
							Stream.of("Accept", "application/json", "Cookie", "basket=4711", "DNT", doNotTrack))
					.toArray(String[]::new));
		RunningApplication.await(() -> sentry.distinctEvents().size() > before);
		return sentry.distinctEvents().get(before);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(ConsentController.class)
	static class ConsentApplication {

	}

	@RestController
	static class ConsentController {

		@GetMapping("/fail")
		Mono<String> fail() {
			return Mono.error(new IllegalStateException("failed"));
		}

		@GetMapping("/later")
		Mono<String> later() {
			return Mono.delay(Duration.ofMillis(1)).then(Mono.error(new IllegalStateException("failed later")));
		}

		@GetMapping("/direct")
		Mono<String> direct() {
			return Mono.fromCallable(() -> Sentry.captureException(new IllegalStateException("captured")).toString());
		}

		@GetMapping("/gone")
		Mono<String> gone() {
			return Mono.error(new GoneException());
		}

	}

	@ResponseStatus(HttpStatus.GONE)
	static class GoneException extends RuntimeException {

	}

}
