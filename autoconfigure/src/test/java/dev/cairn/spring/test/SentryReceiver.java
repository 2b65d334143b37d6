package dev.cairn.spring.test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;

/**
 * Receives what Sentry's client sends, and reads the envelopes.
 */
public final class SentryReceiver implements AutoCloseable {

	private static final int OK = 200;

	private final HttpServer server;

	private final Semaphore gate = new Semaphore(1);

	private final List<byte[]> envelopes = new CopyOnWriteArrayList<>();

	private final List<JsonNode> events = new CopyOnWriteArrayList<>();

	private volatile int status = OK;

	/**
	 * Start to receive.
	 */
	public SentryReceiver() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		this.server.setExecutor(Executors.newCachedThreadPool((task) -> {
			Thread thread = new Thread(task, "sentry-receiver");
			thread.setDaemon(true);
			return thread;
		}));
		this.server.createContext("/", this::receive);
		this.server.start();
	}

	private void receive(HttpExchange exchange) throws IOException {
		try (exchange) {
			this.gate.acquireUninterruptibly();
			this.gate.release();
			byte[] body = exchange.getRequestBody().readAllBytes();
			if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
				try (InputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(body))) {
					body = unzipped.readAllBytes();
				}
			}
			if (this.status != OK) {
				exchange.sendResponseHeaders(this.status, -1);
				return;
			}
			this.envelopes.add(body);
			this.events.addAll(events(body));
			byte[] answer = "{}".getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(OK, answer.length);
			exchange.getResponseBody().write(answer);
		}
	}

	/**
	 * An envelope is a line of headers and, for each item, a line of headers and data.
	 */
	private static List<JsonNode> events(byte[] envelope) {
		List<JsonNode> events = new ArrayList<>();
		int at = endOfLine(envelope, 0) + 1;
		while (at < envelope.length) {
			int end = endOfLine(envelope, at);
			if (end == at) {
				at++;
				continue;
			}
			JsonNode header = RunningApplication.json(new String(envelope, at, end - at, StandardCharsets.UTF_8));
			int from = Math.min(end + 1, envelope.length);
			int to = header.has("length") ? from + header.get("length").asInt() : endOfLine(envelope, from);
			if ("event".equals(header.path("type").asString())) {
				events.add(RunningApplication.json(new String(envelope, from, to - from, StandardCharsets.UTF_8)));
			}
			at = to + 1;
		}
		return events;
	}

	private static int endOfLine(byte[] bytes, int from) {
		int at = from;
		while (at < bytes.length && bytes[at] != '\n') {
			at++;
		}
		return at;
	}

	/**
	 * Return the address for Sentry's client.
	 * @return the DSN
	 */
	public String dsn() {
		return "http://key@127.0.0.1:" + this.server.getAddress().getPort() + "/1";
	}

	/**
	 * Let everybody wait for an answer.
	 */
	public void hold() {
		this.gate.acquireUninterruptibly();
	}

	/**
	 * Answer again.
	 */
	public void release() {
		this.gate.release();
	}

	/**
	 * Take nothing any more.
	 * @param status how to answer instead
	 */
	public void answer(int status) {
		this.status = status;
	}

	/**
	 * Return the events that came.
	 * @return the events, oldest first
	 */
	public List<JsonNode> events() {
		return new ArrayList<>(this.events);
	}

	/**
	 * Return all that came.
	 * @return the envelopes as text
	 */
	public String raw() {
		StringBuilder all = new StringBuilder();
		this.envelopes.forEach((envelope) -> all.append(new String(envelope, StandardCharsets.UTF_8)));
		return all.toString();
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
