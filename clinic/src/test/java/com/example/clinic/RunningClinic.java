package com.example.clinic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.Cairn;
import dev.cairn.Message;
import jakarta.persistence.EntityManagerFactory;
import org.awaitility.Awaitility;
import org.hibernate.SessionFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The clinic with a server, as its {@code main} method starts it, and the file to which
 * Cairn writes without a configuration.
 */
final class RunningClinic implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ConfigurableApplicationContext context;

	private final Path events;

	private int sent;

	private int forgotten;

	private int earlier;

	RunningClinic(Path folder, String... properties) {
		this.events = folder.resolve("events.jsonl");
		List<String> arguments = Stream.concat(Stream.of(properties),
				Stream.of("server.port=0", "cairn.file.directory=" + folder,
						"spring.jpa.properties.hibernate.generate_statistics=true",
						// Two clinics of one process have a database each
						"spring.datasource.generate-unique-name=true"))
			.map((property) -> "--" + property)
			.toList();
		this.context = new SpringApplication(ClinicApplication.class).run(arguments.toArray(String[]::new));
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	HttpResponse<String> get(String path, String... headers) {
		return send(request(path, headers).GET());
	}

	HttpResponse<String> post(String path, String form) {
		return send(request(path, "Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString(form)));
	}

	private HttpRequest.Builder request(String path, String... headers) {
		String port = this.context.getEnvironment().getRequiredProperty("local.server.port");
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.timeout(PATIENCE);
		return (headers.length > 0) ? request.headers(headers) : request;
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		this.sent++;
		try {
			return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Forgets the messages so far. */
	void forget() {
		this.forgotten += requests().size();
		this.earlier = messages().size();
	}

	/**
	 * Returns the messages of all requests, the last of which may be published after its
	 * response.
	 */
	List<JsonNode> requests() {
		Awaitility.await()
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(10))
			.until(() -> messages(Message.TYPE_HTTP_REQUEST).size() == this.sent - this.forgotten);
		return messages(Message.TYPE_HTTP_REQUEST);
	}

	List<JsonNode> messages(String type) {
		return messages().stream()
			.skip(this.earlier)
			.filter((message) -> message.path("type").asString().equals(type))
			.toList();
	}

	private List<JsonNode> messages() {
		bean(Cairn.class).flush(PATIENCE);
		try (Stream<String> lines = Files.exists(this.events) ? Files.lines(this.events) : Stream.empty()) {
			return lines.map(JsonMapper.shared()::readTree).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Returns the number of statements that Hibernate has prepared. */
	long statements() {
		return bean(EntityManagerFactory.class).unwrap(SessionFactory.class).getStatistics().getPrepareStatementCount();
	}

	@Override
	public void close() {
		this.context.close();
	}

}
