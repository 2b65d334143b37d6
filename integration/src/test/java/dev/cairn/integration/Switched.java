package dev.cairn.integration;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.function.Predicate;
import java.util.stream.Stream;

import brave.handler.MutableSpan;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Switches instrumentations of a service by HTTP.
 *
 * @param service the service
 */
record Switched(Service service) {

	/** The properties of a service that can be switched. */
	static final String[] PROPERTIES = { "management.endpoints.web.exposure.include=cairnswitches",
			"management.endpoint.cairnswitches.access=unrestricted" };

	static String[] and(String... properties) {
		return Stream.of(PROPERTIES, properties).flatMap(Stream::of).toArray(String[]::new);
	}

	/**
	 * An instrumentation has no spans while it is off: by a switch that is reverted, and
	 * by one that reverts itself.
	 * @param name the name of the instrumentation
	 * @param isOf matches its spans
	 * @param call calls it, and returns once its work is done
	 */
	void assertSwitched(String name, Predicate<MutableSpan> isOf, Call call) throws Exception {
		assertSpans(isOf, call);
		String id = off(name, "1h");
		this.service.spans().clear();
		call.call();
		assertThat(this.service.spans().all()).noneMatch(isOf);
		assertThat(send("DELETE", "/" + id, "").statusCode()).isEqualTo(200);
		assertSpans(isOf, call);
		off(name, "1s");
		Awaitility.await()
			.until(() -> JsonMapper.shared().readTree(send("GET", "", "").body()).path("active").isEmpty());
		assertSpans(isOf, call);
	}

	private void assertSpans(Predicate<MutableSpan> isOf, Call call) throws Exception {
		this.service.spans().clear();
		call.call();
		Awaitility.await().until(() -> this.service.spans().all().stream().anyMatch(isOf));
	}

	private String off(String name, String duration) throws Exception {
		HttpResponse<String> response = send("POST", "",
				"{\"kind\":\"instrumentation\",\"target\":\"%s\",\"value\":\"off\",\"duration\":\"%s\"}".formatted(name,
						duration));
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		JsonNode set = JsonMapper.shared().readTree(response.body());
		return set.path("id").asString();
	}

	private HttpResponse<String> send(String method, String path, String body) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest
				.newBuilder(URI.create("http://127.0.0.1:" + this.service.port() + "/actuator/cairnswitches" + path))
				.header("Content-Type", "application/json")
				.method(method, HttpRequest.BodyPublishers.ofString(body))
				.build(), HttpResponse.BodyHandlers.ofString());
	}

	/**
	 * A call.
	 */
	interface Call {

		void call() throws Exception;

	}

}
