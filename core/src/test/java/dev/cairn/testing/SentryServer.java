package dev.cairn.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Receives the envelopes of Sentry's real client over real HTTP and decodes them. It can
 * be stopped, hung, and made to refuse requests. Its port stays the same.
 */
public final class SentryServer implements AutoCloseable {

	private static final int OK = 200;

	private final int port = Ports.free();

	private final List<String> bodies = new CopyOnWriteArrayList<>();

	private final List<Envelope> envelopes = new CopyOnWriteArrayList<>();

	/** Parsed once, since tests ask again and again until an event has come. */
	private final List<JsonNode> events = new CopyOnWriteArrayList<>();

	private final Queue<Refusal> refusals = new ConcurrentLinkedQueue<>();

	private volatile int status = OK;

	private volatile CountDownLatch gate = new CountDownLatch(0);

	private @Nullable HttpServer server;

	private @Nullable ExecutorService threads;

	/**
	 * Returns a server that has been started.
	 * @return the server
	 */
	public static SentryServer started() {
		SentryServer server = new SentryServer();
		server.start();
		return server;
	}

	/**
	 * Returns the DSN for Sentry's client.
	 * @return the DSN
	 */
	public String dsn() {
		return "http://public@127.0.0.1:" + this.port + "/1";
	}

	/**
	 * Returns the events of all accepted envelopes, including repeated ones.
	 * @return the events, oldest first
	 */
	public List<JsonNode> events() {
		return List.copyOf(this.events);
	}

	/**
	 * Returns the accepted events as Sentry keeps them: the first event of each id.
	 * @return the events, oldest first
	 */
	public List<JsonNode> distinctEvents() {
		Map<String, JsonNode> distinct = new LinkedHashMap<>();
		events().forEach((event) -> distinct.putIfAbsent(event.get("event_id").asString(), event));
		return List.copyOf(distinct.values());
	}

	/**
	 * Waits for an event.
	 * @return the first event
	 */
	public JsonNode awaitEvent() {
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !events().isEmpty());
		return events().get(0);
	}

	/**
	 * Waits for the event of an incident.
	 * @param id its id
	 * @return the first event of that id
	 */
	public JsonNode awaitEvent(Object id) {
		Awaitility.await()
			.dontCatchUncaughtExceptions()
			.atMost(Duration.ofSeconds(60))
			.until(() -> event(id).isPresent());
		return event(id).orElseThrow();
	}

	private Optional<JsonNode> event(Object id) {
		return events().stream().filter((event) -> event.path("event_id").asString("").equals(id)).findFirst();
	}

	/**
	 * Returns the accepted envelopes.
	 * @return the envelopes, oldest first
	 */
	public List<Envelope> envelopes() {
		return this.envelopes;
	}

	/**
	 * Returns the uncompressed bodies of all requests, accepted or refused.
	 * @return the bodies, oldest first
	 */
	public List<String> bodies() {
		return this.bodies;
	}

	/**
	 * Waits for a request.
	 * @param text a text of its body
	 * @return the body of the first such request
	 */
	public String awaitBody(String text) {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> this.bodies.stream().filter((body) -> body.contains(text)).findFirst(), Optional::isPresent)
			.orElseThrow();
	}

	/**
	 * Refuses the next request.
	 * @param refusedWith the status
	 * @param headers names and values of headers
	 */
	public void refuse(int refusedWith, String... headers) {
		this.refusals.add(new Refusal(refusedWith, headers));
	}

	/**
	 * Refuses all requests.
	 * @param refusedWith the status
	 */
	public void refuseAll(int refusedWith) {
		this.status = refusedWith;
	}

	/** Lets all requests wait for their response. */
	public void hang() {
		this.gate = new CountDownLatch(1);
	}

	/** Responds again. */
	public void resume() {
		this.gate.countDown();
	}

	/** Starts the server, unless it is running. */
	public void start() {
		if (this.server == null) {
			// The system may need a moment to release a port
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.ignoreException(BindException.class)
				.until(this::tryToStart);
		}
	}

	private boolean tryToStart() throws IOException {
		HttpServer created = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port), 100);
		created.createContext("/api/1/envelope/", this::handle);
		this.threads = Executors.newCachedThreadPool((task) -> {
			Thread thread = new Thread(task, "sentry-server");
			thread.setDaemon(true);
			return thread;
		});
		created.setExecutor(this.threads);
		created.start();
		this.server = created;
		return true;
	}

	/** Stops the server, which can be started again. */
	public void stop() {
		if (this.server != null) {
			this.server.stop(0);
			this.threads.shutdownNow();
			this.server = null;
		}
	}

	@Override
	public void close() {
		stop();
	}

	private void handle(HttpExchange exchange) throws IOException {
		byte[] body = read(exchange);
		this.bodies.add(new String(body, StandardCharsets.UTF_8));
		try {
			this.gate.await();
		}
		catch (InterruptedException ex) {
			return;
		}
		Refusal refusal = this.refusals.poll();
		if (refusal != null) {
			refusal.apply(exchange);
		}
		else if (this.status != OK) {
			respond(exchange, this.status);
		}
		else {
			Envelope envelope = Envelope.decode(exchange.getRequestHeaders().getFirst("X-Sentry-Auth"), body);
			this.envelopes.add(envelope);
			envelope.items()
				.stream()
				.filter((item) -> item.type().equals("event"))
				.forEach((item) -> this.events.add(JsonMapper.shared().readTree(item.payload())));
			respond(exchange, OK);
		}
	}

	private static byte[] read(HttpExchange exchange) throws IOException {
		boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
		try (InputStream raw = exchange.getRequestBody(); InputStream in = zipped ? new GZIPInputStream(raw) : raw) {
			return in.readAllBytes();
		}
	}

	private static void respond(HttpExchange exchange, int status) {
		try (exchange) {
			byte[] content = "{}".getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(status, content.length);
			exchange.getResponseBody().write(content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private record Refusal(int status, String[] headers) {

		private void apply(HttpExchange exchange) {
			for (int i = 0; i < this.headers.length; i += 2) {
				exchange.getResponseHeaders().add(this.headers[i], this.headers[i + 1]);
			}
			respond(exchange, this.status);
		}

	}

	/**
	 * One envelope.
	 *
	 * @param auth the header by which the client introduces itself
	 * @param header the header of the envelope
	 * @param items the content
	 */
	public record Envelope(String auth, JsonNode header, List<Item> items) {

		private static Envelope decode(String auth, byte[] body) {
			ByteArrayInputStream in = new ByteArrayInputStream(body);
			JsonNode header = JsonMapper.shared().readTree(readLine(in));
			List<Item> items = new ArrayList<>();
			while (in.available() > 0) {
				JsonNode item = JsonMapper.shared().readTree(readLine(in));
				byte[] payload = item.has("length") ? readPayload(in, item.get("length").asInt()) : readLine(in);
				items.add(new Item(item.get("type").asString(), payload));
			}
			return new Envelope(auth, header, items);
		}

		private static byte[] readPayload(ByteArrayInputStream in, int length) {
			byte[] payload = new byte[length];
			int read = in.readNBytes(payload, 0, length);
			in.read();
			if (read != length) {
				throw new IllegalStateException("an item of " + length + " bytes has only " + read);
			}
			return payload;
		}

		private static byte[] readLine(ByteArrayInputStream in) {
			ByteArrayOutputStream line = new ByteArrayOutputStream();
			int next = in.read();
			while (next >= 0 && next != '\n') {
				line.write(next);
				next = in.read();
			}
			return line.toByteArray();
		}

	}

	/**
	 * One item of an envelope.
	 *
	 * @param type the type
	 * @param payload the content
	 */
	public record Item(String type, byte[] payload) {
	}

}
