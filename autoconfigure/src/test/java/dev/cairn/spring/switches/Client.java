package dev.cairn.spring.switches;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.cairn.spring.test.RunningApplication;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls the endpoint of a running application.
 *
 * @param address the address of the endpoint
 * @param user the name and the password of the user, empty for none
 */
record Client(String address, String user) {

	private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	static Client of(RunningApplication application) {
		return at(application.port());
	}

	static Client at(int port) {
		return new Client("http://127.0.0.1:" + port + "/actuator/cairnswitches", "");
	}

	Client as(String user) {
		return new Client(this.address, user);
	}

	/** Sets a switch, and returns it. */
	JsonNode set(String kind, String target, String value, String duration) {
		HttpResponse<String> response = post("kind", kind, "target", target, "value", value, "duration", duration);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return RunningApplication.json(response.body());
	}

	HttpResponse<String> post(String... pairs) {
		Map<String, String> body = new LinkedHashMap<>();
		for (int i = 0; i < pairs.length; i += 2) {
			body.put(pairs[i], pairs[i + 1]);
		}
		return postBody(JsonMapper.shared().writeValueAsString(body));
	}

	HttpResponse<String> postBody(String body) {
		return send("POST", "", body);
	}

	HttpResponse<String> delete(String id) {
		return send("DELETE", "/" + id, "");
	}

	HttpResponse<String> get() {
		return send("GET", "", "");
	}

	JsonNode active() {
		return RunningApplication.json(get().body()).path("active");
	}

	void awaitNone() {
		RunningApplication.await(() -> active().isEmpty());
	}

	private HttpResponse<String> send(String method, String path, String body) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.address + path))
			.timeout(Duration.ofSeconds(30))
			.method(method,
					body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
		if (!body.isEmpty()) {
			request.header("Content-Type", "application/json");
		}
		if (!this.user.isEmpty()) {
			request.header("Authorization",
					"Basic " + Base64.getEncoder().encodeToString(this.user.getBytes(StandardCharsets.UTF_8)));
		}
		try {
			return HTTP.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
