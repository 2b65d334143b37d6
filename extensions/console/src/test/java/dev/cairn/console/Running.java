package dev.cairn.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application that runs, and a client of it.
 */
record Running(ConfigurableApplicationContext context, HttpClient client) implements AutoCloseable {

	static final String CONSOLE = "/actuator/cairnconsole";

	private static final JsonMapper JSON = new JsonMapper();

	private static final Duration LIMIT = Duration.ofSeconds(60);

	static Running start(Class<?> application, WebApplicationType type, String... properties) {
		SpringApplication spring = new SpringApplication(application);
		spring.setWebApplicationType(type);
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--cairn.console.enabled=true",
				"--management.endpoints.web.exposure.include=cairn,cairnconsole,cairnmetrics,cairnswitches"));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		return new Running(spring.run(arguments.toArray(String[]::new)),
				HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build());
	}

	static Running start(String... properties) {
		return start(Shop.class, WebApplicationType.SERVLET, properties);
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	String port(String name) {
		return this.context.getEnvironment().getRequiredProperty("local." + name + ".port");
	}

	HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port("server") + path)).timeout(LIMIT);
	}

	HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	HttpResponse<String> get(String path) {
		return send(request(path));
	}

	/** Returns the JSON of a path of the console. */
	JsonNode json(String path) {
		HttpResponse<String> response = get(CONSOLE + "/api/" + path);
		if (response.statusCode() != 200) {
			throw new AssertionError(path + " answers " + response.statusCode() + " " + response.body());
		}
		return JSON.readTree(response.body());
	}

	static JsonNode parse(String json) {
		return JSON.readTree(json);
	}

	/** Waits until there is a request that meets a condition, and returns it. */
	JsonNode awaitRequest(String query, Predicate<JsonNode> condition) {
		return Awaitility.await()
			.atMost(LIMIT)
			.until(() -> json("requests?" + query).path("requests")
				.valueStream()
				.filter(condition)
				.findFirst()
				.orElse(JSON.nullNode()), (found) -> !found.isNull());
	}

	/** Opens a stream. */
	EventSource stream(String port, String path) {
		try {
			HttpResponse<InputStream> response = this.client.send(
					HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
					HttpResponse.BodyHandlers.ofInputStream());
			return new EventSource(response,
					new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	/** A client of a stream. */
	record EventSource(HttpResponse<InputStream> response, BufferedReader lines) implements AutoCloseable {

		/** Returns the data of the next event with a name, or null at the end. */
		JsonNode next(String event) throws IOException {
			boolean wanted = false;
			for (String line = this.lines.readLine(); line != null; line = this.lines.readLine()) {
				if (line.equals("event: " + event)) {
					wanted = true;
				}
				else if (wanted && line.startsWith("data: ")) {
					return parse(line.substring("data: ".length()));
				}
			}
			return JSON.nullNode();
		}

		@Override
		public void close() {
			try {
				this.lines.close();
			}
			catch (IOException ex) {
				throw new AssertionError(ex);
			}
		}

	}

}
