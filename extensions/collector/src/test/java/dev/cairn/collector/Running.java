package dev.cairn.collector;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.cairn.Message;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application with a collector that runs, and a client of it.
 */
record Running(ConfigurableApplicationContext context, HttpClient client) implements AutoCloseable {

	static final String EVENTS = "/cairn/events";

	private static final JsonMapper JSON = new JsonMapper();

	private static final Duration LIMIT = Duration.ofSeconds(60);

	static Running start(Class<?> application, WebApplicationType type, String... properties) {
		SpringApplication spring = new SpringApplication(application);
		spring.setWebApplicationType(type);
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--cairn.collector.enabled=true"));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		return new Running(spring.run(arguments.toArray(String[]::new)), HttpClient.newHttpClient());
	}

	static Running start(String... properties) {
		return start(Application.class, WebApplicationType.SERVLET, properties);
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	List<Message> messages() {
		return bean(MemorySink.class).messages()
			.stream()
			.filter((message) -> !Message.isReserved(message.type()))
			.toList();
	}

	HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)).timeout(LIMIT);
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

	HttpResponse<String> post(String contentType, byte[] body, String... headers) {
		HttpRequest.Builder request = request(EVENTS).header("Content-Type", contentType)
			.POST(HttpRequest.BodyPublishers.ofByteArray(body));
		return send((headers.length > 0) ? request.headers(headers) : request);
	}

	/** Posts JSON. */
	HttpResponse<String> post(String body, String... headers) {
		return post("application/json", body.getBytes(StandardCharsets.UTF_8), headers);
	}

	static JsonNode parse(HttpResponse<String> response) {
		return JSON.readTree(response.body());
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * An application whose messages stay in memory.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean(destroyMethod = "")
		MemorySink memorySink(Accounts ledger) {
			return new MemorySink(ledger.channel("memory"), 100_000);
		}

	}

}
