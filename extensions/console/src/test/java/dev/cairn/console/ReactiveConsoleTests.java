package dev.cairn.console;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The console of a WebFlux application.
 */
class ReactiveConsoleTests {

	@Test
	void itIsTheSameAsOnSpringMvc() throws IOException {
		try (Running application = Running.start(Shop.class, WebApplicationType.REACTIVE,
				"cairn.console.max-streams=1")) {
			HttpResponse<String> endpoint = application.get(Running.CONSOLE);
			assertThat(endpoint.statusCode()).isEqualTo(302);
			assertThat(endpoint.headers().firstValue("Location")).hasValue("cairnconsole/");
			HttpResponse<String> page = application.get(Running.CONSOLE + "/");
			assertThat(page.body()).startsWith("<!DOCTYPE html>");
			assertThat(page.headers().map()).containsKeys("content-security-policy", "x-content-type-options");
			assertThat(application.get(Running.CONSOLE + "/../index.html").statusCode()).isEqualTo(404);
			application.get("/orders/17?page=2");
			JsonNode request = application.awaitRequest("where=order=17", (each) -> true);
			assertThat(request.path("route").asString()).isEqualTo("/orders/{id}");
			assertThat(request.path("status").asInt()).isEqualTo(200);
			JsonNode detail = application.json("requests/" + request.path("id").asString());
			assertThat(detail.path("spans").path(0).path("kind").asString()).isEqualTo("server");
			assertThat(detail.path("spans").path(0).path("duration_ms").isNumber()).isTrue();
			assertThat(detail.path("log").toString()).contains("Reading order 17");
			assertThat(detail.path("curl").asString()).contains("/orders/17?page=2");
			String errorId = application.get("/fail/a").headers().firstValue("X-Error-Id").orElseThrow();
			application.awaitRequest("status=5xx&where=error_id=" + errorId, (each) -> true);
			assertThat(application.json("find?id=" + errorId).path("incidents")).hasSize(1);
			assertThat(application.get(Running.CONSOLE + "/api/requests?limit=0").statusCode()).isEqualTo(400);
			assertThat(application
				.send(application.request(Running.CONSOLE + "/api/requests")
					.POST(HttpRequest.BodyPublishers.ofString("{}")))
				.statusCode()).isEqualTo(405);
			ServletConsoleTests.assertHeadAsGet(application);
			try (Running.EventSource stream = application.stream(application.port("server"),
					Running.CONSOLE + "/api/stream")) {
				assertThat(stream.next("live").path("requests").path("total").asInt()).isPositive();
				assertThat(stream.next("live").path("streams").asInt()).isOne();
				assertThat(application.get(Running.CONSOLE + "/api/stream").statusCode()).isEqualTo(503);
			}
		}
	}

}
