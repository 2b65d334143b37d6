package dev.cairn.spring.web.request;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.cairn.Binding;
import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.test.TestServers;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.upgrade.StandardWebSocketUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for the requests of a reactive application, with and without a tracer, with each
 * server.
 */
@ParameterizedClass
@CsvSource({ TestServers.NETTY + "," + RunningApplication.WITHOUT_TRACER,
		TestServers.NETTY + "," + ReactiveRequestsTests.TRACER, TestServers.TOMCAT + "," + ReactiveRequestsTests.TRACER,
		TestServers.JETTY + "," + ReactiveRequestsTests.TRACER })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReactiveRequestsTests {

	static final String TRACER = "management.tracing.sampling.probability=1";

	private static final int MANY = 200;

	@Parameter(0)
	private String server;

	@Parameter(1)
	private String tracer;

	private RunningApplication application;

	@BeforeParameterizedClassInvocation
	void start() {
		this.application = RunningApplication.startReactive(ReactiveApplication.class, this.server, this.tracer,
				"management.endpoints.web.exposure.include=*", "cairn.requests.headers.operator=X-Operator");
	}

	@AfterParameterizedClassInvocation
	void stop() {
		this.application.close();
	}

	@Test
	void hasTheFieldsOfARequest() {
		HttpResponse<String> response = this.application.get("/items/42");
		Message message = onlyRequest("/items/{id}");
		assertThat(message.fields()).containsEntry("method", "GET")
			.containsEntry("status", 200)
			.containsEntry("outcome", "SUCCESS")
			.containsEntry("response_bytes", (long) response.body().length())
			.containsEntry("content_type", "application/json")
			.containsEntry("client_address", "127.0.0.0")
			.containsKeys("duration_ms", "visitor")
			.doesNotContainKeys("error_id", "aborted");
		assertThat(message.severity()).isEqualTo(Severity.INFORMATIONAL);
		assertThat(message.trace()).isNotNull();
		assertThat(response.headers().allValues("X-Trace-Id")).containsExactly(message.trace().traceId());
	}

	@Test
	void hasTheSizeOfItsBody() throws Exception {
		HttpClient client = HttpClient.newHttpClient();
		client.send(HttpRequest.newBuilder(this.application.uri("/echo"))
			.POST(HttpRequest.BodyPublishers.ofString("hello"))
			.build(), BodyHandlers.ofString());
		assertThat(onlyRequest("/echo").fields()).containsEntry("request_bytes", 5L)
			.containsEntry("response_bytes", 5L)
			.containsEntry("context", Map.of("body", "hello"));
	}

	@ParameterizedTest
	@CsvSource({ "/empty, 204, 0", "/created, 201, 4", "/flux, 200, 6", "/streamed, 200, 6", "/events, 200, 25",
			"/file, 200, 3000", "/functional/{id}, 200, 4", "/refused, 403, 0" })
	void hasTheStatusAndTheBytesThatWereSent(String route, int status, long bytes) {
		HttpResponse<String> response = this.application.get(route.replace("{id}", "7"));
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.body()).hasSize((int) bytes);
		String known = route.equals("/refused") ? "UNKNOWN" : route;
		assertThat(onlyRequest(known).fields()).containsEntry("status", status).containsEntry("response_bytes", bytes);
	}

	@Test
	void aHeadRequestHasNoBytes() {
		this.application.send("HEAD", "/head");
		assertThat(onlyRequest("/head").fields()).containsEntry("method", "HEAD").containsEntry("response_bytes", 0L);
	}

	@Test
	void aStreamEndsWithItsBody() throws Exception {
		ReactiveController controller = this.application.bean(ReactiveController.class);
		CompletableFuture<HttpResponse<String>> response = HttpClient.newHttpClient()
			.sendAsync(HttpRequest.newBuilder(this.application.uri("/open")).build(), BodyHandlers.ofString());
		assertThat(controller.streaming.await(30, TimeUnit.SECONDS)).isTrue();
		fence();
		assertThat(requests("/open")).isEmpty();
		controller.end.countDown();
		assertThat(response.get(30, TimeUnit.SECONDS).body()).isEqualTo("data:1\n\ndata:2\n\n");
		assertThat(onlyRequest("/open").fields()).containsEntry("status", 200).doesNotContainKey("aborted");
	}

	@Test
	void aStreamThatTheClientLeavesIsAborted() throws Exception {
		try (Socket socket = new Socket("127.0.0.1", this.application.port())) {
			socket.getOutputStream()
				.write("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			assertThat(socket.getInputStream().read()).isEqualTo('H');
			socket.setSoLinger(true, 0);
		}
		Message message = onlyRequest("/endless");
		assertThat(message.fields()).containsEntry("aborted", true).containsEntry("status", 200);
		assertThat(message.severity()).isEqualTo(Severity.INFORMATIONAL);
		assertThat(this.application.incidents("/endless")).isEmpty();
	}

	@Test
	void anUploadThatTheClientBreaksOffIsAborted() throws Exception {
		// Jetty does not always report it in time
		assumeThat(this.server).isNotEqualTo(TestServers.JETTY);
		try (Socket socket = new Socket("127.0.0.1", this.application.port())) {
			socket.getOutputStream()
				.write("POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf"
					.getBytes(StandardCharsets.US_ASCII));
			assertThat(this.application.bean(ReactiveController.class).uploading.await(30, TimeUnit.SECONDS)).isTrue();
			socket.setSoLinger(true, 0);
		}
		assertThat(onlyRequest("/upload").fields()).containsEntry("aborted", true).doesNotContainKey("error_id");
		assertThat(this.application.incidents("/upload")).isEmpty();
	}

	@Test
	void aRequestWhoseClientLeavesWhileTheHandlerWaitsIsAborted() throws Exception {
		ReactiveController controller = this.application.bean(ReactiveController.class);
		try (Socket socket = new Socket("127.0.0.1", this.application.port())) {
			socket.getOutputStream()
				.write("GET /waiting HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			assertThat(controller.waiting.await(30, TimeUnit.SECONDS)).isTrue();
			socket.setSoLinger(true, 0);
		}
		if (this.server.equals(TestServers.NETTY)) {
			assertThat(onlyRequest("/waiting").fields()).containsEntry("aborted", true).doesNotContainKey("error_id");
		}
		else {
			// A servlet container notices it when the response is written, or never
			fence();
			assertThat(requests("/waiting")).isEmpty();
			controller.answer.tryEmitValue("late");
		}
		fence();
		assertThat(requests("/waiting")).hasSizeLessThan(2);
		assertThat(this.application.incidents("/waiting")).isEmpty();
	}

	@Test
	void aClientThatDoesNotConsentIsNotDescribed() {
		this.application.get("/consent", "Sec-GPC", "1", "X-Operator", "o-1");
		assertThat(onlyRequest("/consent").fields()).containsEntry("consent", false)
			.doesNotContainKeys("client_address", "visitor", "operator");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/client/request", "/client/exchange" })
	void aRequestBecomesTheAddressOfItsClient(String path) {
		assertThat(this.application.get(path).body()).isEqualTo("{client_address=127.0.0.0}");
		assertThat(this.application.get(path, "Sec-GPC", "1").body()).isEqualTo("{}");
	}

	@Test
	void hasTheConfiguredHeadersAndTheLanguage() {
		this.application.get("/described", "X-Operator", "o-1", "Accept-Language", "de-AT,de;q=0.9");
		assertThat(onlyRequest("/described").fields()).containsEntry("operator", "o-1")
			.containsEntry("language", "de-AT");
	}

	@Test
	void eventsHaveTheVisitorOfTheRequest() {
		this.application.get("/publishes");
		Message event = this.application.messages("order.placed").get(0);
		assertThat(event.fields().get("visitor")).isNotNull()
			.isEqualTo(onlyRequest("/publishes").fields().get("visitor"));
	}

	@Test
	void hasTheIdOfAnIncidentThatTheApplicationCaptures() {
		String id = this.application.get("/captures").body();
		assertThat(onlyRequest("/captures").fields()).containsEntry("error_id", id).containsEntry("status", 200);
	}

	@Test
	void takesOverTheTraceOfTheCaller() {
		String traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
		HttpResponse<String> response = this.application.get("/callers-trace", "traceparent",
				"00-" + traceId + "-00f067aa0ba902b7-01");
		assertThat(response.headers().firstValue("X-Trace-Id")).hasValue(traceId);
		assertThat(onlyRequest("/callers-trace").trace().traceId()).isEqualTo(traceId);
	}

	@Test
	void whatIsBoundStaysBoundOnOtherThreads() {
		assertThat(this.application.get("/bound/7").body()).isEqualTo("{order=7} {order=7} {order=7}");
		assertThat(onlyRequest("/bound/{id}").fields()).containsEntry("context", Map.of("order", "7"));
	}

	@Test
	void whatIsUnboundIsNotBoundLater() {
		assertThat(this.application.get("/unbound/7").body()).isEqualTo("{order=7} {}");
	}

	@Test
	void requestsDoNotSeeTheBindingsOfOthers() {
		HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
		Map<String, CompletableFuture<HttpResponse<String>>> responses = new HashMap<>();
		IntStream.range(0, MANY).forEach((i) -> {
			String id = "o-" + i;
			HttpRequest request = HttpRequest.newBuilder(this.application.uri("/concurrent/" + id)).build();
			responses.put(id, client.sendAsync(request, BodyHandlers.ofString()));
		});
		responses.forEach((id, response) -> assertThat(response.orTimeout(120, TimeUnit.SECONDS).join().body())
			.isEqualTo(("{order=" + id + "} ").repeat(3).strip()));
		RunningApplication.await(() -> requests("/concurrent/{id}").size() == MANY);
		assertThat(requests("/concurrent/{id}")).extracting((message) -> message.fields().get("context"))
			.containsExactlyInAnyOrderElementsOf(
					responses.keySet().stream().<Object>map((id) -> Map.of("order", id)).toList());
		assertThat(requests("/concurrent/{id}")).extracting((message) -> message.trace().traceId())
			.doesNotHaveDuplicates();
		// No thread is still in a request
		assertThat(this.application.get("/threads").body()).isEqualTo("[]");
	}

	@Test
	void countsTheObservedCalls() {
		this.application.get("/calls");
		assertThat(onlyRequest("/calls").fields()).containsEntry("http_calls", 1L);
	}

	@Test
	void aWebSocketIsARequestUntilItIsOpen() throws Exception {
		// The tests of WARs in Tomcat would find Jetty's library for WebSocket too
		assumeThat(this.server).isNotEqualTo(TestServers.JETTY);
		Sockets sockets = this.application.bean(Sockets.class);
		int incidents = this.application.incidents().size();
		WebSocket socket = connect("/socket/closed");
		Message message = onlyRequest("/socket/closed");
		assertThat(message.fields()).containsEntry("status", 101)
			.containsEntry("outcome", "INFORMATIONAL")
			.doesNotContainKeys("aborted", "error_id");
		assertThat(sockets.closed.getCount()).isEqualTo(1);
		socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(30, TimeUnit.SECONDS);
		assertThat(sockets.closed.await(30, TimeUnit.SECONDS)).isTrue();
		fence();
		onlyRequest("/socket/closed");
		assertThat(this.application.incidents()).hasSize(incidents);
		// No thread is still in the request
		assertThat(this.application.get("/threads").body()).isEqualTo("[]");
	}

	@Test
	void aWebSocketThatTheClientLeavesIsNoIncident() throws Exception {
		assumeThat(this.server).isNotEqualTo(TestServers.JETTY);
		int incidents = this.application.incidents().size();
		connect("/socket/left").abort();
		assertThat(this.application.bean(Sockets.class).left.await(30, TimeUnit.SECONDS)).isTrue();
		fence();
		assertThat(onlyRequest("/socket/left").fields()).containsEntry("status", 101).doesNotContainKey("aborted");
		assertThat(this.application.incidents()).hasSize(incidents);
	}

	/** Opens a WebSocket, and waits for the greeting. */
	private WebSocket connect(String path) throws Exception {
		CompletableFuture<String> received = new CompletableFuture<>();
		WebSocket socket = HttpClient.newHttpClient()
			.newWebSocketBuilder()
			.buildAsync(URI.create("ws://127.0.0.1:" + this.application.port() + path), new WebSocket.Listener() {

				@Override
				public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
					received.complete(data.toString());
					return null;
				}

			})
			.get(30, TimeUnit.SECONDS);
		assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo("hello");
		return socket;
	}

	@Test
	void theActuatorHasNoMessage() {
		assertThat(this.application.get("/actuator/cairn").statusCode()).isEqualTo(200);
		fence();
		assertThat(this.application.messages(Message.TYPE_HTTP_REQUEST).toString()).doesNotContain("actuator");
	}

	/** Waits for the message of a request that comes after all others. */
	private void fence() {
		int before = requests("/fence").size();
		this.application.get("/fence");
		RunningApplication.await(() -> requests("/fence").size() > before);
	}

	private Message onlyRequest(String route) {
		RunningApplication.await(() -> !requests(route).isEmpty());
		assertThat(requests(route)).hasSize(1);
		return requests(route).get(0);
	}

	private List<Message> requests(String route) {
		return this.application.messages(Message.TYPE_HTTP_REQUEST)
			.stream()
			.filter((message) -> route.equals(message.fields().get("route")))
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ ReactiveController.class, ReactiveRequestsTests.Sockets.class })
	static class ReactiveApplication {

		@Bean
		@Order(0)
		WebFilter refusingFilter() {
			return (exchange, chain) -> {
				if (exchange.getRequest().getPath().value().equals("/refused")) {
					exchange.getResponse().setStatusCode(HttpStatus.FORBIDDEN);
					return exchange.getResponse().setComplete();
				}
				return chain.filter(exchange);
			};
		}

		@Bean
		HandlerMapping socketMapping(Sockets sockets) {
			return new SimpleUrlHandlerMapping(Map.of("/socket/closed", sockets.greeting(sockets.closed),
					"/socket/left", sockets.greeting(sockets.left)), -1);
		}

		@Bean
		RouterFunction<ServerResponse> functions() {
			return RouterFunctions.route()
				.GET("/functional/{id}", (request) -> ServerResponse.ok().bodyValue("id-" + request.pathVariable("id")))
				.build();
		}

	}

	/** Spring chooses by the class path, which has several servers. */
	@Component
	static class Sockets implements WebFluxConfigurer {

		final CountDownLatch closed = new CountDownLatch(1);

		final CountDownLatch left = new CountDownLatch(1);

		private final boolean netty;

		Sockets(Environment environment) {
			this.netty = TestServers.NETTY.endsWith("=" + environment.getProperty("test.server"));
		}

		@Override
		public WebSocketService getWebSocketService() {
			return new HandshakeWebSocketService(
					this.netty ? new ReactorNettyRequestUpgradeStrategy() : new StandardWebSocketUpgradeStrategy());
		}

		WebSocketHandler greeting(CountDownLatch end) {
			return (session) -> session.send(Mono.just(session.textMessage("hello")))
				.and(session.receive())
				.doFinally((signal) -> end.countDown());
		}

	}

	@RestController
	static class ReactiveController {

		final CountDownLatch streaming = new CountDownLatch(1);

		final CountDownLatch end = new CountDownLatch(1);

		final CountDownLatch uploading = new CountDownLatch(1);

		final CountDownLatch waiting = new CountDownLatch(1);

		final Sinks.One<String> answer = Sinks.one();

		private final Cairn cairn;

		private final ObservationRegistry observations;

		private final Path file;

		ReactiveController(Cairn cairn, ObservationRegistry observations) throws IOException {
			this.cairn = cairn;
			this.observations = observations;
			this.file = Files.createTempFile(Path.of("target"), "reactive", ".txt");
			Files.writeString(this.file, "x".repeat(3000));
			this.file.toFile().deleteOnExit();
		}

		@GetMapping("/items/{id}")
		Mono<Map<String, String>> item(@PathVariable String id) {
			return Mono.just(Map.of("id", id));
		}

		@GetMapping({ "/fence", "/consent", "/described", "/callers-trace", "/head" })
		String nothing() {
			return "";
		}

		@GetMapping("/client/request")
		String client(ServerHttpRequest request) {
			try (Binding bound = this.cairn.bindFrom(request)) {
				return this.cairn.bindings().toString();
			}
		}

		@GetMapping("/client/exchange")
		String client(ServerWebExchange exchange) {
			try (Binding bound = this.cairn.bindFrom(exchange)) {
				return this.cairn.bindings().toString();
			}
		}

		@PostMapping("/echo")
		Mono<String> echo(@RequestBody Mono<String> body) {
			return body.doOnNext((text) -> this.cairn.bind("body", text));
		}

		@PostMapping("/upload")
		Mono<Long> upload(ServerHttpRequest request) {
			return request.getBody().doOnNext((part) -> this.uploading.countDown()).count();
		}

		@GetMapping("/waiting")
		Mono<String> waiting() {
			return this.answer.asMono().doOnSubscribe((subscription) -> this.waiting.countDown());
		}

		@GetMapping("/empty")
		Mono<ResponseEntity<Void>> empty() {
			return Mono.just(ResponseEntity.noContent().build());
		}

		@GetMapping("/created")
		ResponseEntity<String> created() {
			return ResponseEntity.status(201).body("made");
		}

		@GetMapping(path = "/flux", produces = MediaType.TEXT_PLAIN_VALUE)
		Flux<String> flux() {
			return Flux.just("abc", "def");
		}

		@GetMapping(path = "/streamed", produces = MediaType.APPLICATION_NDJSON_VALUE)
		Flux<Integer> streamed() {
			return Flux.just(1, 2, 3).delayElements(Duration.ofMillis(1));
		}

		@GetMapping("/events")
		Flux<ServerSentEvent<String>> events() {
			return Flux.just("first", "second").map((text) -> ServerSentEvent.builder(text).build());
		}

		@GetMapping(path = "/open", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<Integer> open() {
			Mono<Integer> last = Mono.fromCallable(() -> {
				this.streaming.countDown();
				this.end.await(30, TimeUnit.SECONDS);
				return 2;
			}).subscribeOn(Schedulers.boundedElastic());
			return Flux.just(1).concatWith(last);
		}

		@GetMapping(path = "/endless", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<Long> endless() {
			return Flux.interval(Duration.ofMillis(1)).onBackpressureDrop();
		}

		@GetMapping("/file")
		Resource file() {
			return new FileSystemResource(this.file);
		}

		@GetMapping("/publishes")
		Mono<String> publishes() {
			return Mono.fromCallable(() -> {
				this.cairn.event("order.placed").publish();
				return "";
			}).subscribeOn(Schedulers.boundedElastic());
		}

		@GetMapping("/captures")
		Mono<String> captures() {
			return Mono.fromCallable(() -> this.cairn.capture(new IllegalStateException("captured")))
				.subscribeOn(Schedulers.boundedElastic());
		}

		@GetMapping("/bound/{id}")
		Mono<String> bound(@PathVariable String id) {
			List<String> seen = new ArrayList<>();
			this.cairn.bind("order", id);
			seen.add(this.cairn.bindings().toString());
			return Mono.delay(Duration.ofMillis(1)).map((tick) -> {
				seen.add(this.cairn.bindings().toString());
				return tick;
			}).publishOn(Schedulers.boundedElastic()).map((tick) -> {
				seen.add(this.cairn.bindings().toString());
				return String.join(" ", seen);
			});
		}

		@GetMapping("/unbound/{id}")
		Mono<String> unbound(@PathVariable String id) {
			String seen;
			try (Binding order = this.cairn.bind("order", id)) {
				seen = this.cairn.bindings().toString();
			}
			return Mono.delay(Duration.ofMillis(1)).map((tick) -> seen + " " + this.cairn.bindings());
		}

		@GetMapping("/concurrent/{id}")
		Mono<String> concurrent(@PathVariable String id) {
			return bound(id);
		}

		@GetMapping("/threads")
		Mono<String> threads() {
			return Flux.range(0, 50)
				.flatMap((i) -> Mono.fromCallable(() -> String.valueOf(this.cairn.bindings().get("order")))
					.subscribeOn(Schedulers.boundedElastic()))
				.filter((order) -> !order.equals("null"))
				.collectList()
				.map(Object::toString);
		}

		@GetMapping("/calls")
		Mono<String> calls() {
			return Mono.deferContextual((context) -> {
				SenderContext<Object> call = new SenderContext<>((carrier, key, value) -> {
				});
				call.setCarrier(this);
				Observation.createNotStarted("http.client.requests", () -> call, this.observations).observe(() -> {
				});
				return Mono.just("");
			});
		}

	}

}
