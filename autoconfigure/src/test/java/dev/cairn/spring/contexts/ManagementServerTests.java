package dev.cairn.spring.contexts;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.test.TestServers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the management server on a port of its own, which has a child context.
 */
class ManagementServerTests {

	@ParameterizedTest
	@ValueSource(strings = { TestServers.TOMCAT, TestServers.JETTY })
	void hasTheEndpointAndNeitherMessagesNorAnotherCairn(String server) throws Exception {
		try (RunningApplication application = RunningApplication.start(Application.class, server,
				"management.server.port=0", "management.endpoints.web.exposure.include=cairn")) {
			HttpResponse<String> failed = application.get("/fails");
			HttpResponse<String> endpoint = manage(application, "/actuator/cairn");
			HttpResponse<String> missing = manage(application, "/missing");
			assertThat(endpoint.statusCode()).isEqualTo(200);
			assertThat(RunningApplication.json(endpoint.body()).path("service").asString()).isEqualTo("shop");
			assertThat(missing.statusCode()).isEqualTo(404);
			assertThat(missing.headers().map()).doesNotContainKeys("x-error-id", "x-trace-id");
			String id = (String) application.onlyIncident().fields().get("error_id");
			assertThat(failed.headers().allValues("X-Error-Id")).containsExactly(id);
			application.get("/fine");
			application.requests("/fine");
			assertThat(application.messages(Message.TYPE_HTTP_REQUEST))
				.extracting((message) -> message.fields().get("route"))
				.containsExactlyInAnyOrder("/fails", "/fine");
			assertThat(application.context().getBeansOfType(Cairn.class)).hasSize(1);
			assertThat(RunningApplication.logEvents())
				.filteredOn((event) -> event.getFormattedMessage().startsWith("Cairn sends events"))
				.hasSize(1);
		}
	}

	private static HttpResponse<String> manage(RunningApplication application, String path) throws Exception {
		String port = application.context().getEnvironment().getRequiredProperty("local.management.port");
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
					BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@RestController
		static class Pages {

			@GetMapping("/fine")
			String fine() {
				return "";
			}

			@GetMapping("/fails")
			String fails() {
				throw new IllegalStateException("fails");
			}

		}

	}

}
