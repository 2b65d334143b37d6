package dev.cairn.console;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The console on a port and a path of its own.
 */
class ManagementPortTests {

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void itIsOnThePortOfTheEndpointsOnly(WebApplicationType type) throws IOException, InterruptedException {
		try (Running application = Running.start(Shop.class, type, "management.server.port=0",
				"management.server.address=127.0.0.1", "management.endpoints.web.base-path=/",
				"management.endpoints.web.path-mapping.cairnconsole=ops/view",
				"management.endpoint.cairnswitches.access=unrestricted")) {
			application.get("/orders/17");
			assertThat(application.get("/ops/view/").statusCode()).isEqualTo(404);
			assertThat(get(application, "/ops/view").headers().firstValue("Location")).hasValue("view/");
			assertThat(get(application, "/ops/view/").body()).startsWith("<!DOCTYPE html>");
			JsonNode session = Running.parse(get(application, "/ops/view/api/session").body());
			assertThat(session.path("endpoints").path("cairn").path("href").asString()).isEqualTo("../../cairn");
			assertThat(session.path("endpoints").path("cairnswitches").path("methods").toString()).contains("POST");
			assertThat(get(application, "/cairn").statusCode()).isEqualTo(200);
			try (Running.EventSource stream = application.stream(application.port("management"),
					"/ops/view/api/stream")) {
				assertThat(stream.next("live").path("requests").path("total").asInt()).isPositive();
			}
			JsonNode requests = Running.parse(get(application, "/ops/view/api/requests").body());
			assertThat(requests.path("requests").valueStream().map((each) -> each.path("path").asString()))
				.contains("/orders/17")
				.noneMatch((path) -> path.startsWith("/ops/view/api"));
		}
	}

	private static HttpResponse<String> get(Running application, String path) throws IOException, InterruptedException {
		return application.client()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + application.port("management") + path))
				.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
	}

}
