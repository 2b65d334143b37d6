package dev.cairn.sample.e2e;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;

/**
 * Takes envelopes as Sentry does and decodes them: a line of JSON for the envelope, then
 * for each item a line of JSON and its payload.
 */
final class SentryReceiver implements AutoCloseable {

	private final HttpServer server;

	private final List<Envelope> envelopes = new CopyOnWriteArrayList<>();

	SentryReceiver() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/api/1/envelope/", this::receive);
		this.server.start();
	}

	String dsn() {
		return "http://key@127.0.0.1:" + this.server.getAddress().getPort() + "/1";
	}

	List<JsonNode> events() {
		return this.envelopes.stream()
			.flatMap((envelope) -> envelope.items().stream())
			.filter((item) -> item.type().equals("event"))
			.map((item) -> Json.tree(item.payload()))
			.toList();
	}

	List<Envelope> envelopes() {
		return this.envelopes;
	}

	private void receive(HttpExchange exchange) throws IOException {
		try (exchange) {
			byte[] body = exchange.getRequestBody().readAllBytes();
			boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
			this.envelopes.add(Envelope.decode(exchange.getRequestHeaders().getFirst("X-Sentry-Auth"),
					zipped ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes() : body));
			byte[] answer = "{}".getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, answer.length);
			exchange.getResponseBody().write(answer);
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

	/**
	 * One envelope.
	 *
	 * @param auth how the client has introduced itself
	 * @param header its header
	 * @param items what is inside
	 * @param raw all of it, unzipped
	 */
	record Envelope(String auth, JsonNode header, List<Item> items, byte[] raw) {

		static Envelope decode(String auth, byte[] raw) throws IOException {
			InputStream in = new ByteArrayInputStream(raw);
			JsonNode header = Json.tree(line(in));
			List<Item> items = new ArrayList<>();
			byte[] itemHeader = line(in);
			while (itemHeader.length > 0) {
				JsonNode item = Json.tree(itemHeader);
				byte[] payload = item.has("length") ? in.readNBytes(item.get("length").asInt()) : line(in);
				if (item.has("length")) {
					line(in);
				}
				items.add(new Item(item.path("type").asString(), payload));
				itemHeader = line(in);
			}
			return new Envelope(auth, header, items, raw);
		}

		private static byte[] line(InputStream in) throws IOException {
			ByteArrayOutputStream line = new ByteArrayOutputStream();
			for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
				line.write(next);
			}
			return line.toByteArray();
		}

	}

	/**
	 * One item of an envelope.
	 *
	 * @param type what it is
	 * @param payload its content
	 */
	record Item(String type, byte[] payload) {
	}

}
