package dev.cairn.brownfield;

import java.net.http.HttpResponse;

import dev.cairn.brownfield.BrownfieldSentryTests.Constant;
import dev.cairn.brownfield.BrownfieldSentryTests.OldController;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.SentryServer;
import io.sentry.SentryOptions;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application whose {@code before-send} rejects failures that go to Sentry only.
 */
class RejectingSentryTests {

	@Test
	void anIdWithoutAnEventIsNotGivenOut() {
		try (SentryServer other = SentryServer.started();
				RunningApplication picky = RunningApplication.start(PickyApplication.class, "sentry.dsn=" + other.dsn(),
						"cairn.routes[0].type=exception", "cairn.routes[0].to[0]=sentry")) {
			HttpResponse<String> unwanted = picky.get("/fail/constant");
			assertThat(unwanted.statusCode()).isEqualTo(500);
			assertThat(unwanted.headers().firstValue("X-Error-Id")).isEmpty();
			String id = picky.get("/fail/with-breadcrumb").headers().firstValue("X-Error-Id").orElseThrow();
			RunningApplication.await(() -> other.events().size() == 1);
			assertThat(other.events().get(0).path("event_id").asString()).isEqualTo(id);
			String captured = picky.get("/fail/captured-and-thrown").headers().firstValue("X-Error-Id").orElseThrow();
			RunningApplication.await(() -> other.events().size() == 2);
			assertThat(other.events().get(1).path("event_id").asString()).isEqualTo(captured);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(OldController.class)
	static class PickyApplication {

		@Bean
		SentryOptions.BeforeSendCallback beforeSend() {
			return (event, hint) -> (event.getThrowable() instanceof Constant) ? null : event;
		}

	}

}
