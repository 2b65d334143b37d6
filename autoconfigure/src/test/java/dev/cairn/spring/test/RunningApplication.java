package dev.cairn.spring.test;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Message;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.testing.LogCapture;
import dev.cairn.testing.SentryServer;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * A whole application with a real server, whose messages go to a {@link MemorySink} too.
 */
public final class RunningApplication implements AutoCloseable {

	/**
	 * The loggers of an embedded broker, which runs in this process. On a busy machine it
	 * logs warnings, and errors that would be failures of the application.
	 */
	private static final List<String> BROKER = List.of("kafka", "org.apache.kafka.controller",
			"org.apache.kafka.coordinator", "org.apache.kafka.image", "org.apache.kafka.metadata",
			"org.apache.kafka.network", "org.apache.kafka.raft", "org.apache.kafka.server", "org.apache.kafka.storage",
			"state.change.logger");

	/** The property of an application without a tracer. */
	public static final String WITHOUT_TRACER = "spring.autoconfigure.exclude=org.springframework.boot.micrometer."
			+ "tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration";

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static @Nullable LogCapture log;

	private final ConfigurableApplicationContext context;

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private @Nullable SentryServer sentry;

	private RunningApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Start an application.
	 * @param source its configuration
	 * @param properties {@code name=value}
	 * @return the application
	 */
	public static RunningApplication start(Class<?> source, String... properties) {
		return new RunningApplication(builder(WebApplicationType.SERVLET, source).run(arguments(properties)));
	}

	/**
	 * Start a reactive application.
	 * @param source its configuration
	 * @param properties {@code name=value}
	 * @return the application
	 */
	public static RunningApplication startReactive(Class<?> source, String... properties) {
		return new RunningApplication(builder(WebApplicationType.REACTIVE, source).run(arguments(properties)));
	}

	/**
	 * Start an application with a server of its own that receives Sentry's events.
	 * @param source its configuration
	 * @param properties {@code name=value}
	 * @return the application
	 */
	public static RunningApplication startWithSentry(Class<?> source, String... properties) {
		SentryServer sentry = SentryServer.started();
		String[] all = Arrays.copyOf(properties, properties.length + 1);
		all[properties.length] = "sentry.dsn=" + sentry.dsn();
		RunningApplication application = start(source, all);
		application.sentry = sentry;
		return application;
	}

	/**
	 * Start an application without a server.
	 * @param source its configuration
	 * @param properties {@code name=value}
	 * @return the application
	 */
	public static RunningApplication startWithoutWeb(Class<?> source, String... properties) {
		return new RunningApplication(builder(WebApplicationType.NONE, source).run(arguments(properties)));
	}

	/**
	 * Start an application without a server, configured by environment variables.
	 * @param source its configuration
	 * @param variables {@code NAME=value}
	 * @return the application
	 */
	public static RunningApplication startWithoutWebInEnvironment(Class<?> source, String... variables) {
		Map<String, Object> values = new HashMap<>();
		for (String variable : variables) {
			values.put(variable.substring(0, variable.indexOf('=')), variable.substring(variable.indexOf('=') + 1));
		}
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, values));
		return new RunningApplication(
				builder(WebApplicationType.NONE, source).environment(environment).run(arguments()));
	}

	private static SpringApplicationBuilder builder(WebApplicationType type, Class<?> source) {
		return new SpringApplicationBuilder(source, MemoryConfiguration.class).web(type)
			.properties("server.port=0", "spring.main.banner-mode=off", "spring.application.name=shop",
					"cairn.file.enabled=false", "cairn.kafka.spool.enabled=false", "cairn.incidents.interval=0")
			.properties(BROKER.stream().map((logger) -> "logging.level." + logger + "=off").toArray(String[]::new))
			.initializers((context) -> captureLog());
	}

	private static void captureLog() {
		if (log != null) {
			log.close();
		}
		log = new LogCapture(Logger.ROOT_LOGGER_NAME);
	}

	private static String[] arguments(String... properties) {
		return Stream.of(properties).map((property) -> "--" + property).toArray(String[]::new);
	}

	/**
	 * Return the context.
	 * @return the context
	 */
	public ConfigurableApplicationContext context() {
		return this.context;
	}

	/**
	 * Return a bean.
	 * @param <T> its type
	 * @param type its type
	 * @return the bean
	 */
	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/**
	 * Return the ledger.
	 * @return the ledger
	 */
	public Accounts ledger() {
		return bean(Accounts.class);
	}

	/**
	 * Return the server that receives Sentry's events.
	 * @return the server
	 */
	public SentryServer sentry() {
		return Objects.requireNonNull(this.sentry);
	}

	/** Forget the messages so far. */
	public void forget() {
		bean(MemorySink.class).clear();
	}

	/**
	 * Send a request.
	 * @param path the path
	 * @param headers names and values
	 * @return the response
	 */
	public HttpResponse<String> get(String path, String... headers) {
		return send("GET", path, headers);
	}

	/**
	 * Send a request with any method.
	 * @param method the method
	 * @param path the path
	 * @param headers names and values
	 * @return the response
	 */
	public HttpResponse<String> send(String method, String path, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
			.method(method, HttpRequest.BodyPublishers.noBody());
		if (headers.length > 0) {
			request.headers(headers);
		}
		return send(request);
	}

	/**
	 * Send JSON.
	 * @param path the path
	 * @param body the JSON
	 * @return the response
	 */
	public HttpResponse<String> postJson(String path, String body) {
		return send(HttpRequest.newBuilder(uri(path))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		request.timeout(PATIENCE);
		try {
			return this.client.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Send a request as it is.
	 * @param path the path, which need not be valid
	 * @return the response with its status line and headers
	 */
	public String raw(String path) {
		try (Socket socket = new Socket("127.0.0.1", port())) {
			socket.getOutputStream()
				.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return an address of the application.
	 * @param path the path
	 * @return the address
	 */
	public URI uri(String path) {
		return URI.create("http://127.0.0.1:" + port() + path);
	}

	/**
	 * Return the port of the server.
	 * @return the port
	 */
	public int port() {
		return Integer.parseInt(this.context.getEnvironment().getRequiredProperty("local.server.port"));
	}

	/**
	 * Return what was published.
	 * @return the messages, oldest first
	 */
	public List<Message> messages() {
		return bean(MemorySink.class).messages();
	}

	/**
	 * Return the messages of a type.
	 * @param type the type
	 * @return the messages, oldest first
	 */
	public List<Message> messages(String type) {
		return messages().stream().filter((message) -> message.type().equals(type)).toList();
	}

	/**
	 * Wait for the only message of a type.
	 * @param type the type
	 * @return the message
	 */
	public Message only(String type) {
		await(() -> !messages(type).isEmpty());
		Assertions.assertThat(messages(type)).hasSize(1);
		return messages(type).get(0);
	}

	/**
	 * Return the incidents.
	 * @return the messages, oldest first
	 */
	public List<Message> incidents() {
		return messages(Message.TYPE_EXCEPTION);
	}

	/**
	 * Return the incident, once there is one.
	 * @return the message
	 */
	public Message onlyIncident() {
		return only(Message.TYPE_EXCEPTION);
	}

	/**
	 * Return the request messages of a route, once there is one.
	 * @param route the route
	 * @return the messages
	 */
	public List<Message> requests(String route) {
		await(() -> !requestsSoFar(route).isEmpty());
		return requestsSoFar(route);
	}

	private List<Message> requestsSoFar(String route) {
		return messages(Message.TYPE_HTTP_REQUEST).stream()
			.filter((message) -> route.equals(message.fields().get("route")))
			.toList();
	}

	/**
	 * Return the incidents of a route.
	 * @param route the route
	 * @return the messages
	 */
	public List<Message> incidents(String route) {
		return messages(Message.TYPE_EXCEPTION).stream()
			.filter((message) -> route.equals(message.fields().get("route")))
			.toList();
	}

	/**
	 * Returns the log events since the last start of an application.
	 * @return the events, oldest first
	 */
	public static List<ILoggingEvent> logEvents() {
		return (log != null) ? log.events() : List.of();
	}

	/**
	 * Return the texts that were logged at WARN.
	 * @return the texts, oldest first
	 */
	public static List<String> warnings() {
		return logEvents().stream()
			.filter((event) -> event.getLevel() == Level.WARN)
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

	/**
	 * Wait for a condition.
	 * @param condition the condition
	 */
	public static void await(java.util.concurrent.Callable<Boolean> condition) {
		// Or else it would become the default handler of uncaught exceptions meanwhile
		Awaitility.await()
			.dontCatchUncaughtExceptions()
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(5))
			.until(condition);
	}

	/**
	 * Read JSON.
	 * @param text the JSON
	 * @return the tree
	 */
	public static JsonNode json(String text) {
		return JsonMapper.shared().readTree(text);
	}

	/**
	 * Read a JSON object.
	 * @param text the JSON
	 * @return the object
	 */
	@SuppressWarnings("unchecked")
	public static Map<String, Object> map(String text) {
		return JsonMapper.shared().readValue(text, Map.class);
	}

	@Override
	public void close() {
		this.context.close();
		log.close();
		if (this.sentry != null) {
			this.sentry.close();
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class MemoryConfiguration {

		@Bean(destroyMethod = "")
		MemorySink memorySink(org.springframework.beans.factory.ObjectProvider<Accounts> ledger) {
			return new MemorySink(ledger.getIfAvailable(Accounts::new).channel("memory"), 10_000);
		}

	}

}
