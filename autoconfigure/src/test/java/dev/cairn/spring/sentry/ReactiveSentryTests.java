package dev.cairn.spring.sentry;

import java.net.http.HttpResponse;

import dev.cairn.Message;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.SentryServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a failure of a reactive application is one event in Sentry, which has an
 * integration of its own.
 */
class ReactiveSentryTests {

	@ParameterizedTest
	@CsvSource({ "/unhandled, 500", "/handled, 503" })
	void aFailureIsOneEventWithTheIdOfTheIncident(String path, int status) {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = RunningApplication.startReactive(ReactiveApplication.class,
						"sentry.dsn=" + sentry.dsn())) {
			HttpResponse<String> response = application.get(path);
			assertThat(response.statusCode()).isEqualTo(status);
			Message incident = application.onlyIncident();
			JsonNode event = sentry.awaitEvent(incident.fields().get("error_id"));
			assertThat(response.headers().firstValue("X-Error-Id")).hasValue(event.path("event_id").asString());
			assertThat(event.at("/contexts/trace/trace_id").asString()).isEqualTo(incident.trace().traceId());
			// The fence comes after everything that the request could have sent
			application.get("/unhandled-later");
			RunningApplication.await(() -> sentry.distinctEvents().size() >= 2);
			assertThat(sentry.distinctEvents()).hasSize(2);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(FailingController.class)
	static class ReactiveApplication {

	}

	@RestController
	static class FailingController {

		@GetMapping({ "/unhandled", "/unhandled-later" })
		Mono<String> unhandled() {
			return Mono.error(new IllegalStateException("unhandled"));
		}

		@GetMapping("/handled")
		Mono<String> handled() {
			return Mono.error(new IllegalArgumentException("handled"));
		}

		@ExceptionHandler
		@ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
		String handle(IllegalArgumentException ex) {
			return "sorry";
		}

	}

}
