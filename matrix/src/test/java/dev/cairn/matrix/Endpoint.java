package dev.cairn.matrix;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Calls the endpoints of an application.
 *
 * @param port the port of the endpoints
 * @param user the user, empty for none
 */
record Endpoint(int port, String user) {

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	HttpResponse<String> get(String path) throws IOException, InterruptedException {
		return send("GET", path, "");
	}

	HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path))
			.header("Content-Type", "application/json")
			.method(method, HttpRequest.BodyPublishers.ofString(body));
		if (!this.user.isEmpty()) {
			request.header("Authorization", "Basic "
					+ Base64.getEncoder().encodeToString((this.user + ":secret").getBytes(StandardCharsets.UTF_8)));
		}
		return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	HttpResponse<String> postSwitch(String kind, String target, String value, String duration)
			throws IOException, InterruptedException {
		return send("POST", "/actuator/cairnswitches",
				"{\"kind\":\"%s\",\"target\":\"%s\",\"value\":\"%s\",\"duration\":\"%s\"}".formatted(kind, target,
						value, duration));
	}

	/** Sets a switch, and returns it. */
	JsonNode set(String kind, String target, String value, String duration) throws IOException, InterruptedException {
		HttpResponse<String> response = postSwitch(kind, target, value, duration);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return JsonMapper.shared().readTree(response.body());
	}

	void revert(JsonNode set) throws IOException, InterruptedException {
		assertThat(send("DELETE", "/actuator/cairnswitches/" + set.path("id").asString(), "").statusCode())
			.isEqualTo(200);
	}

	void awaitNoSwitch() {
		await()
			.until(() -> JsonMapper.shared().readTree(get("/actuator/cairnswitches").body()).path("active").isEmpty());
	}

}
