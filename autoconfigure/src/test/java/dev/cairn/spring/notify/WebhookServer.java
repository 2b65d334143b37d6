package dev.cairn.spring.notify;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpServer;
import dev.cairn.spring.test.RunningApplication;

/**
 * Receives webhooks.
 */
final class WebhookServer implements AutoCloseable {

	private final HttpServer server;

	private final List<String> bodies = new CopyOnWriteArrayList<>();

	private final List<String> contentTypes = new CopyOnWriteArrayList<>();

	private volatile int status = 200;

	WebhookServer() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", (exchange) -> {
			this.contentTypes.add(exchange.getRequestHeaders().getFirst("Content-Type"));
			this.bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
			if (this.status == 302) {
				exchange.getResponseHeaders().add("Location", url("/elsewhere"));
			}
			exchange.sendResponseHeaders(this.status, -1);
			exchange.close();
		});
		this.server.start();
	}

	String url(String path) {
		return "http://127.0.0.1:" + this.server.getAddress().getPort() + path;
	}

	void answerWith(int status) {
		this.status = status;
	}

	List<String> bodies() {
		return this.bodies;
	}

	List<String> contentTypes() {
		return this.contentTypes;
	}

	List<String> texts() {
		return this.bodies.stream().map((body) -> RunningApplication.json(body).get("text").asString()).toList();
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
