package dev.cairn.sample.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.jspecify.annotations.Nullable;

/**
 * The shop as its customers see it. Every request starts a trace of its own and is
 * remembered with its answer.
 */
final class Shop {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	static {
		// Tomcat closes idle connections after 20 seconds; the client should go first
		System.setProperty("jdk.httpclient.keepalive.timeout", "5");
	}

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final Queue<Call> calls = new ConcurrentLinkedQueue<>();

	private final String url;

	Shop(int port) {
		this.url = "http://127.0.0.1:" + port;
	}

	Call products() {
		return get("/products", "/products");
	}

	Call product(long id) {
		return get("/products/" + id, "/products/{id}");
	}

	Call order(long productId, int quantity) {
		return orderWith("{\"productId\": %d, \"quantity\": %d}".formatted(productId, quantity));
	}

	Call order(long productId, int quantity, String customer) {
		return orderWith(
				"{\"productId\": %d, \"quantity\": %d, \"customer\": \"%s\"}".formatted(productId, quantity, customer));
	}

	Call orderWith(String json) {
		return send("/orders", "/orders",
				HttpRequest.newBuilder()
					.header("Content-Type", "application/json")
					.POST(BodyPublishers.ofString(json)));
	}

	Call placed(long id) {
		return get("/orders/" + id, "/orders/{id}");
	}

	Call fault(String kind) {
		return send("/faults/" + kind, "/faults/" + kind, HttpRequest.newBuilder().POST(BodyPublishers.noBody()));
	}

	Call unknownFault() {
		return send("/faults/unheard-of", "/faults/{kind}", HttpRequest.newBuilder().POST(BodyPublishers.noBody()));
	}

	Call nowhere() {
		return get("/nowhere", "/**");
	}

	Call health() {
		return get("/actuator/health", "/actuator/health");
	}

	LedgerView ledger() {
		return LedgerView.parse(get("/actuator/cairn", "/actuator/cairn").body());
	}

	/**
	 * Return what was answered so far.
	 * @return the calls in the order of the answers
	 */
	List<Call> calls() {
		return List.copyOf(this.calls);
	}

	private Call get(String path, String route) {
		return send(path, route, HttpRequest.newBuilder().GET());
	}

	private Call send(String path, String route, HttpRequest.Builder builder) {
		String traceId = randomHex();
		HttpRequest request = builder.uri(URI.create(this.url + path))
			.timeout(TIMEOUT)
			.header("traceparent", "00-%s-%s-01".formatted(traceId, randomHex().substring(16)))
			.build();
		try {
			long start = System.nanoTime();
			HttpResponse<String> response = this.http.send(request, BodyHandlers.ofString());
			Call call = new Call(request.method(), route, traceId, response.statusCode(),
					response.headers().firstValue("X-Trace-Id").orElse(null),
					response.headers().firstValue("X-Error-Id").orElse(null), response.body(),
					Duration.ofNanos(System.nanoTime() - start));
			this.calls.add(call);
			return call;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(request.method() + " " + path, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static String randomHex() {
		return UUID.randomUUID().toString().replace("-", "");
	}

	/**
	 * A request and its answer.
	 *
	 * @param method the method
	 * @param route the template of the path
	 * @param traceId the trace that the request has started
	 * @param status the status of the answer
	 * @param answeredTraceId the header {@code X-Trace-Id}
	 * @param errorId the header {@code X-Error-Id}
	 * @param body the body of the answer
	 * @param took how long it took
	 */
	record Call(String method, String route, String traceId, int status, @Nullable String answeredTraceId,
			@Nullable String errorId, String body, Duration took) {

		boolean isOrder() {
			return this.status == 201;
		}

		boolean isProduct() {
			return this.route.equals("/products/{id}");
		}

		boolean isFault() {
			return this.route.startsWith("/faults/") && this.status != 404;
		}

		/** Of which no message is made. */
		boolean isActuator() {
			return this.route.startsWith("/actuator");
		}

		String fault() {
			return this.route.replace("/faults/", "");
		}

		boolean isServerError() {
			return this.status >= 500;
		}

		/**
		 * By Tomcat, which is about to close and answers 503 or, when the application has
		 * just been removed, 400. No filter sees such a request.
		 */
		boolean isRefused() {
			return this.answeredTraceId == null && (this.status == 503 || this.status == 400);
		}

		String outcome() {
			return switch (this.status / 100) {
				case 2 -> "SUCCESS";
				case 4 -> "CLIENT_ERROR";
				default -> "SERVER_ERROR";
			};
		}

	}

}
