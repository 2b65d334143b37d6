package dev.cairn.benchmarks;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stands for Sentry: takes the envelopes of its client over HTTP and counts what is in
 * them.
 */
final class SentryReceiver implements AutoCloseable {

	private static final byte[] ANSWER = "{}".getBytes(StandardCharsets.UTF_8);

	private final JsonMapper json = JsonMapper.builder().build();

	private final LongAdder events = new LongAdder();

	private final LongAdder stoodFor = new LongAdder();

	private final LongAdder mixed = new LongAdder();

	private final LongAdder discarded = new LongAdder();

	private final LongAdder unread = new LongAdder();

	private final ExecutorService threads = Executors.newFixedThreadPool(2, SentryReceiver::newThread);

	private final HttpServer server;

	SentryReceiver() throws IOException {
		// Otherwise each answer waits for the system to acknowledge the head before it
		System.setProperty("sun.net.httpserver.nodelay", "true");
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
		this.server.createContext("/", this::handle);
		this.server.setExecutor(this.threads);
		this.server.start();
	}

	private static Thread newThread(Runnable task) {
		Thread thread = new Thread(task, "sentry-receiver");
		thread.setDaemon(true);
		return thread;
	}

	String dsn() {
		return "http://public@127.0.0.1:" + this.server.getAddress().getPort() + "/1";
	}

	Received received() {
		return new Received(this.events.sum(), this.stoodFor.sum(), this.mixed.sum(), this.discarded.sum(),
				this.unread.sum());
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
			try (InputStream raw = exchange.getRequestBody();
					InputStream in = zipped ? new GZIPInputStream(raw) : raw) {
				take(new BufferedInputStream(in));
			}
			catch (RuntimeException ex) {
				this.unread.increment();
			}
			exchange.sendResponseHeaders(200, ANSWER.length);
			exchange.getResponseBody().write(ANSWER);
		}
	}

	/** A header, then an item's header and content, each on a line of its own. */
	private void take(InputStream in) throws IOException {
		readLine(in);
		byte[] head = readLine(in);
		while (head.length > 0) {
			JsonNode header = this.json.readTree(head);
			byte[] content = header.has("length") ? in.readNBytes(header.get("length").asInt()) : readLine(in);
			if (header.has("length")) {
				in.read();
			}
			take(header.path("type").asString(""), content);
			head = readLine(in);
		}
	}

	private void take(String type, byte[] content) {
		if ("event".equals(type)) {
			JsonNode cairn = this.json.readTree(content).path("contexts").path("cairn");
			this.events.increment();
			this.stoodFor.add(cairn.path("count").asLong(0));
			if (cairn.path("mixed").asBoolean(false)) {
				this.mixed.increment();
			}
		}
		else if ("client_report".equals(type)) {
			for (JsonNode lost : this.json.readTree(content).path("discarded_events")) {
				if ("error".equals(lost.path("category").asString(""))) {
					this.discarded.add(lost.path("quantity").asLong(0));
				}
			}
		}
	}

	private static byte[] readLine(InputStream in) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		int next = in.read();
		while (next >= 0 && next != '\n') {
			line.write(next);
			next = in.read();
		}
		return line.toByteArray();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	/**
	 * The events that have arrived so far.
	 *
	 * @param events how many events
	 * @param stoodFor the sum of the counts that Cairn's events carry
	 * @param mixed how many of them stand for several kinds
	 * @param discarded events that Sentry's client reports as lost
	 * @param unread requests that could not be taken apart
	 */
	record Received(long events, long stoodFor, long mixed, long discarded, long unread) {

		Received since(Received before) {
			return new Received(this.events - before.events, this.stoodFor - before.stoodFor, this.mixed - before.mixed,
					this.discarded - before.discarded, this.unread - before.unread);
		}

	}

}
