package dev.cairn.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cairn.host.Producer.State;

/**
 * Serves the stats of a host: as JSON, as statvent did, and as a page.
 */
final class HostServer implements AutoCloseable {

	private static final int THREADS = 4;

	private static final int QUEUE = 64;

	private static final double MILLIS = 1000;

	private static final String STYLE = "/host.css";

	private final Options options;

	private final Gauges gauges;

	private final Pipes pipes;

	private final Endpoints endpoints;

	private final HttpServer server;

	private final ThreadPoolExecutor executor;

	HostServer(Options options) throws IOException {
		this.options = options;
		this.gauges = Gauges.of(options.gauges());
		this.pipes = new Pipes(options.directory(), options.timeout());
		this.endpoints = new Endpoints((options.ports() != null) ? options.ports() : options.directory(),
				options.endpoints(), System.getenv("CAIRN_HOST_AUTHORIZATION"), options.timeout());
		this.executor = new ThreadPoolExecutor(THREADS, THREADS, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE),
				HostServer::daemon);
		this.executor.allowCoreThreadTimeOut(true);
		this.server = HttpServer.create(new InetSocketAddress(options.address(), options.port()), 0);
		this.server.setExecutor(this.executor);
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "cairn-host-http");
		thread.setDaemon(true);
		return thread;
	}

	int port() {
		return this.server.getAddress().getPort();
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			String path = exchange.getRequestURI().getPath();
			if (!"GET".equals(exchange.getRequestMethod())) {
				answer(exchange, 405, "application/json", Json.write(Map.of("message", "Only GET is supported")));
			}
			else if (this.options.location().equals(path)) {
				String query = exchange.getRequestURI().getQuery();
				boolean details = query != null && Set.of(query.split("&")).contains("details");
				answer(exchange, 200, "application/json", Json.write(stats(read(), details)));
			}
			else if ("/".equals(path)) {
				answer(exchange, 200, "text/html; charset=utf-8", Page.of(read()).getBytes(StandardCharsets.UTF_8));
			}
			else if (STYLE.equals(path)) {
				answer(exchange, 200, "text/css", style());
			}
			else {
				Map<String, Object> answer = new LinkedHashMap<>();
				answer.put("message", "The requested resource was not found");
				answer.put("path", path);
				answer(exchange, 400, "application/json", Json.write(answer));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private HostStats read() throws InterruptedException {
		List<Producer> producers = new ArrayList<>((this.options.ports() != null) ? this.endpoints.read() : List.of());
		// A process may have both
		Set<String> known = producers.stream()
			.filter((producer) -> producer.state() == State.OK)
			.map(Producer::name)
			.collect(Collectors.toSet());
		this.pipes.read().stream().filter((producer) -> !known.contains(producer.name())).forEach(producers::add);
		return HostStats.merge(producers, this.gauges);
	}

	private static Map<String, Object> stats(HostStats host, boolean details) {
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("stats", host.stats());
		answer.put("timestamp", System.currentTimeMillis() / MILLIS);
		if (details) {
			answer.put("processes", host.processes());
			answer.put("producers", host.producers().stream().map(HostServer::describe).toList());
		}
		return answer;
	}

	private static Map<String, Object> describe(Producer producer) {
		Map<String, Object> description = new LinkedHashMap<>();
		description.put("name", producer.name());
		description.put("source", producer.source().name().toLowerCase(Locale.ROOT));
		description.put("state", producer.state().name().toLowerCase(Locale.ROOT));
		description.put("problem", producer.problem());
		description.put("stats", (double) producer.stats().size());
		return description;
	}

	private static byte[] style() {
		try (InputStream style = HostServer.class.getResourceAsStream("host.css")) {
			return (style != null) ? style.readAllBytes() : new byte[0];
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
		exchange.getResponseHeaders().set("Content-Type", type);
		exchange.getResponseHeaders().set("Cache-Control", "no-store");
		exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
		exchange.getResponseHeaders()
			.set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'");
		exchange.sendResponseHeaders(status, body.length);
		exchange.getResponseBody().write(body);
	}

	/** Ends all threads, also those that wait for a process. */
	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdownNow();
		this.pipes.close();
	}

}
