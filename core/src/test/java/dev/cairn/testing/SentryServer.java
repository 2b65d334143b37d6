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
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Receives what Sentry's real client sends, over real HTTP, and takes its envelopes
 * apart. It can be stopped, hung, and told to refuse.
 */
public final class SentryServer {

	private final int port = Ports.free();

	private final List<String> bodies = new CopyOnWriteArrayList<>();

	private final List<JsonNode> events = new CopyOnWriteArrayList<>();

	private final Queue<Consumer<HttpExchange>> refusals = new ConcurrentLinkedQueue<>();

	private volatile CountDownLatch gate = new CountDownLatch(0);

	private HttpServer server;

	private ExecutorService threads;

	public String dsn() {
		return "http://public@127.0.0.1:" + this.port + "/1";
	}

	/** Return the events that were taken, in order; a repeated id counts once. */
	public List<JsonNode> events() {
		return this.events;
	}

	/** Return all that was sent, taken or not. */
	public List<String> bodies() {
		return this.bodies;
	}

	public JsonNode awaitEvent() {
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !this.events.isEmpty());
		return this.events.get(0);
	}

	/** Refuses the next request. */
	public void refuse(int status, String... headers) {
		this.refusals.add((exchange) -> {
			for (int i = 0; i < headers.length; i += 2) {
				exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
			}
			answer(exchange, status);
		});
	}

	public void start() {
		if (this.server != null) {
			return;
		}
		// The system may need a moment to let go of a port
		Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreException(BindException.class).until(this::tryToStart);
	}

	private boolean tryToStart() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port), 100);
		this.server.createContext("/", this::handle);
		this.threads = Executors.newCachedThreadPool((task) -> {
			Thread thread = new Thread(task, "sentry-server");
			thread.setDaemon(true);
			return thread;
		});
		this.server.setExecutor(this.threads);
		this.server.start();
		return true;
	}

	public void stop() {
		if (this.server != null) {
			this.server.stop(0);
			this.threads.shutdownNow();
			this.server = null;
		}
	}

	public void hang() {
		this.gate = new CountDownLatch(1);
	}

	public void resume() {
		this.gate.countDown();
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
		Consumer<HttpExchange> refusal = this.refusals.poll();
		if (refusal != null) {
			refusal.accept(exchange);
			return;
		}
		take(body);
		answer(exchange, 200);
	}

	private static byte[] read(HttpExchange exchange) throws IOException {
		boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
		try (InputStream raw = exchange.getRequestBody(); InputStream in = zipped ? new GZIPInputStream(raw) : raw) {
			return in.readAllBytes();
		}
	}

	private static void answer(HttpExchange exchange, int status) {
		try (exchange) {
			byte[] content = "{}".getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(status, content.length);
			exchange.getResponseBody().write(content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A header, then an item's header and content, each on a line of its own. */
	private void take(byte[] body) {
		ByteArrayInputStream in = new ByteArrayInputStream(body);
		readLine(in);
		while (in.available() > 0) {
			JsonNode header = JsonMapper.shared().readTree(readLine(in));
			byte[] content = header.has("length") ? readContent(in, header.get("length").asInt()) : readLine(in);
			if ("event".equals(header.get("type").asString())) {
				take(JsonMapper.shared().readTree(content));
			}
		}
	}

	private synchronized void take(JsonNode event) {
		if (this.events.stream().noneMatch((known) -> known.get("event_id").equals(event.get("event_id")))) {
			this.events.add(event);
		}
	}

	private static byte[] readContent(ByteArrayInputStream in, int length) {
		byte[] content = new byte[length];
		int read = in.readNBytes(content, 0, length);
		in.read();
		if (read != length) {
			throw new IllegalStateException("an item of " + length + " bytes has only " + read);
		}
		return content;
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
