package dev.cairn.collector;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server that answers as the collector does when it is in trouble. Its port stays the
 * same while it is down.
 */
final class TroubledCollector implements AutoCloseable {

	private static final JsonMapper JSON = new JsonMapper();

	private static final int ACCEPTED = 202;

	private final List<Headers> requests = new CopyOnWriteArrayList<>();

	private final List<JsonNode> messages = new CopyOnWriteArrayList<>();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private int port;

	private HttpServer server;

	private volatile CountDownLatch hold = new CountDownLatch(0);

	private volatile int status = ACCEPTED;

	private volatile String retryAfter = "";

	private volatile boolean forgetful;

	TroubledCollector() {
		up();
	}

	void up() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port), 100);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.port = this.server.getAddress().getPort();
		this.server.setExecutor(this.threads);
		this.server.createContext("/cairn/events", this::answer);
		this.server.start();
	}

	void down() {
		this.server.stop(0);
	}

	/** Answers from now on with this status. */
	void status(int status, String retryAfter) {
		this.status = status;
		this.retryAfter = retryAfter;
	}

	/** Holds all answers back, until {@link #resume()}. */
	void hang() {
		this.hold = new CountDownLatch(1);
	}

	void resume() {
		this.hold.countDown();
	}

	/** Stores the messages, and ends the connection without an answer. */
	void loseAnswers(boolean lose) {
		this.forgetful = lose;
	}

	String url() {
		return "http://127.0.0.1:" + this.port;
	}

	/** Returns the headers of all requests. */
	List<Headers> requests() {
		return this.requests;
	}

	/** Returns the messages that were accepted, with those that came twice. */
	List<JsonNode> messages() {
		return this.messages;
	}

	/** Returns the messages that were accepted by id, as the collector stores them. */
	Map<String, JsonNode> stored() {
		Map<String, JsonNode> stored = new LinkedHashMap<>();
		this.messages.forEach((message) -> stored.put(message.path("id").asString(), message));
		return stored;
	}

	private void answer(HttpExchange exchange) throws IOException {
		byte[] body = exchange.getRequestBody().readAllBytes();
		this.requests.add(exchange.getRequestHeaders());
		try {
			this.hold.await(60, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		int status = this.status;
		if (status == ACCEPTED) {
			this.messages.addAll(parse(exchange.getRequestHeaders(), body));
		}
		if (this.forgetful) {
			exchange.close();
			return;
		}
		if (!this.retryAfter.isEmpty()) {
			exchange.getResponseHeaders().set("Retry-After", this.retryAfter);
		}
		byte[] answer = ((status == ACCEPTED) ? "{\"accepted\":1,\"refused\":0,\"messages\":[]}"
				: "{\"error\":\"for a test\"}")
			.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(status, answer.length);
		exchange.getResponseBody().write(answer);
		exchange.close();
	}

	private static List<JsonNode> parse(Headers headers, byte[] body) throws IOException {
		byte[] plain = "gzip".equals(headers.getFirst("Content-Encoding"))
				? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes() : body;
		List<JsonNode> messages = new ArrayList<>();
		new String(plain, StandardCharsets.UTF_8).lines().forEach((line) -> messages.add(JSON.readTree(line)));
		return messages;
	}

	@Override
	public void close() {
		resume();
		down();
		this.threads.shutdownNow();
	}

}
