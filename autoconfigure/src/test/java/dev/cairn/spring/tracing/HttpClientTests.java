package dev.cairn.spring.tracing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Level;
import dev.cairn.Binding;
import dev.cairn.Cairn;
import dev.cairn.spring.core.JavaProcess;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.RequestReplySenderContext;
import io.micrometer.tracing.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.Configurable;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.classic.MinimalHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.io.HttpClientResponseHandler;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for clients of Apache and of the JDK that are beans, over real connections.
 */
class HttpClientTests {

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = start("cairn.tracing.instrument=http");
	}

	private static RunningApplication start(String... properties) {
		String[] all = Arrays.copyOf(properties, properties.length + 2);
		all[properties.length] = "management.tracing.sampling.probability=1";
		all[properties.length + 1] = "cairn.context.baggage=customer";
		return RunningApplication.start(Application.class, all);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void forget() {
		application.bean(RecordedSpans.class).clear();
	}

	private static CloseableHttpClient apache() {
		return application.bean(CloseableHttpClient.class);
	}

	private static HttpClient jdk() {
		return application.bean(HttpClient.class);
	}

	private static String url(String path) {
		return url(application, path);
	}

	private static String url(RunningApplication server, String path) {
		return "http://127.0.0.1:" + server.context().getEnvironment().getProperty("local.server.port") + path;
	}

	private static String text(ClassicHttpResponse response) throws IOException {
		try {
			return EntityUtils.toString(response.getEntity());
		}
		catch (ParseException ex) {
			throw new IOException(ex);
		}
	}

	/** The span of the client is the parent of that of the server. */
	private static SpanData assertSpan(String received) {
		RecordedSpans spans = application.bean(RecordedSpans.class);
		SpanData client = spans.only("http get");
		SpanData server = spans.only("http get /headers");
		assertThat(client.getKind()).isEqualTo(SpanKind.CLIENT);
		assertThat(server.getParentSpanId()).isEqualTo(client.getSpanId());
		assertThat(received).contains("00-" + client.getTraceId() + "-" + client.getSpanId());
		assertThat(RecordedSpans.tag(client, "status")).isEqualTo("200");
		assertThat(RecordedSpans.tag(client, "outcome")).isEqualTo("SUCCESS");
		assertThat(RecordedSpans.tag(client, "client.name")).isEqualTo("127.0.0.1");
		assertThat(RecordedSpans.tag(client, "http.url")).isEqualTo(url("/headers"));
		return client;
	}

	@Test
	void aRequestOfApachesClientIsASpan() throws IOException {
		String received = apache().execute(new HttpGet(url("/headers?token=s3cret")), HttpClientTests::text);
		assertSpan(received);
	}

	@Test
	@SuppressWarnings("deprecation")
	void allWaysToExecuteARequestOfApachesClientAreSpans() throws Exception {
		HttpHost host = HttpHost.create(url(""));
		HttpClientResponseHandler<String> handler = HttpClientTests::text;
		assertSpan(apache().execute(host, new HttpGet("/headers"), handler));
		forget();
		try (var response = apache().executeOpen(host, new HttpGet("/headers"), null)) {
			assertSpan(text(response));
		}
		forget();
		try (var response = apache().execute(new HttpGet(url("/headers")))) {
			assertSpan(text(response));
		}
	}

	@Test
	void aRequestOfApachesClientCanBeUsedAgainAndKeepsItsHeaders() throws IOException {
		HttpGet request = new HttpGet(url("/headers"));
		request.addHeader("baggage", "own=1");
		String first;
		String second;
		try (Binding scope = application.bean(Cairn.class).bind("customer", "ann")) {
			first = apache().execute(request, HttpClientTests::text);
			assertThat(scope).isNotNull();
		}
		second = apache().execute(request, HttpClientTests::text);
		assertThat(first).contains("own=1", "customer=ann");
		assertThat(second).contains("own=1").doesNotContain("ann");
		assertThat(request.getHeaders()).singleElement().hasToString("baggage: own=1");
		RecordedSpans spans = application.bean(RecordedSpans.class);
		RunningApplication.await(() -> spans.named("http get").size() == 2);
		assertThat(spans.named("http get")).allSatisfy((span) -> assertThat(first + second).contains(span.getSpanId()));
	}

	@Test
	void aRequestOfApachesClientIsNotChangedMeanwhile() throws IOException {
		HttpGet request = new HttpGet(url("/headers"));
		List<Header> headers = new ArrayList<>();
		apache().execute(request, (response) -> {
			headers.addAll(List.of(request.getHeaders()));
			request.addHeader("Authorization", "s3cret");
			return null;
		});
		assertThat(headers).isEmpty();
		assertThat(request.getHeaders()).hasSize(1);
		assertThat(application.bean(RecordedSpans.class).only("http get").getKind()).isEqualTo(SpanKind.CLIENT);
	}

	@Test
	void aRequestOfApachesClientCanBeCancelledWhileItIsExecuted() throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			HttpGet request = new HttpGet("http://127.0.0.1:" + silent.getLocalPort() + "/");
			CompletableFuture<Object> result = CompletableFuture.supplyAsync(() -> {
				try {
					return apache().execute(request, HttpClientTests::text);
				}
				catch (IOException ex) {
					return ex;
				}
			});
			try (Socket connection = silent.accept()) {
				assertThat(connection.getInputStream().read()).isNotNegative();
				assertThat(request.cancel()).isTrue();
				assertThat(result.get(30, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
			}
		}
	}

	@Test
	void aRequestThatIsCancelledIsNotSent() {
		HttpGet request = new HttpGet(url("/headers"));
		request.cancel();
		assertThatException().isThrownBy(() -> apache().execute(request, HttpClientTests::text));
		assertThat(application.bean(RecordedSpans.class).only("http get").getKind()).isEqualTo(SpanKind.CLIENT);
	}

	@Test
	void anotherRequestWithinARequestIsASpanOfItsOwn() throws IOException {
		String received = apache().execute(new HttpGet(url("/fails")),
				(response) -> apache().execute(new HttpGet(url("/headers")), HttpClientTests::text));
		assertThat(received).contains("traceparent");
		RecordedSpans spans = application.bean(RecordedSpans.class);
		RunningApplication.await(() -> spans.named("http get").size() == 2);
	}

	@Test
	void theStartNeedsNoFlagOfTheVirtualMachine() throws Exception {
		assertThat(JavaProcess.run(List.of(), JavaProcess.CLASS_PATH, WithoutFlags.class))
			.anyMatch((line) -> line.contains("received {") && line.contains("traceparent"))
			.noneMatch((line) -> line.contains("no proxy"));
	}

	@Test
	void aClientThatCannotBeProxiedIsLeftAsItIs() {
		Unextendable client = new Extension();
		try (RunningApplication other = RunningApplication.startWithoutWeb(Application.class)) {
			assertThat(other.context().isRunning()).isTrue();
			assertThat(ClientBeans.proxy(client, Unextendable.class, (invocation) -> null)).isSameAs(client);
			assertThat(RunningApplication.logEvents())
				.filteredOn((entry) -> entry.getFormattedMessage().contains("no proxy of"))
				.singleElement()
				.satisfies((entry) -> assertThat(entry.getLevel()).isEqualTo(Level.INFO));
		}
	}

	@Test
	void aClientMayBeUsedWhileTheTracerIsCreated() {
		try (RunningApplication other = RunningApplication.startWithoutWeb(EarlyUse.class,
				"cairn.tracing.instrument=http", "client.url=" + url("/headers"))) {
			assertThat(other.bean(EarlyHandler.class).received).isNotEmpty()
				.noneMatch((text) -> text.contains("traceparent"));
		}
	}

	@Test
	void aProxyOfApachesClientIsWhatItWas() {
		assertThat(apache()).isInstanceOf(Configurable.class);
		assertThat(((Configurable) apache()).getConfig()).isNotNull();
		assertThat(application.bean(MinimalHttpClient.class)).isNotNull();
	}

	@Test
	void aRequestOfTheJdksClientIsASpan() throws Exception {
		assertSpan(jdk().send(HttpRequest.newBuilder(URI.create(url("/headers"))).build(), BodyHandlers.ofString())
			.body());
	}

	@Test
	void anAsynchronousRequestOfTheJdksClientIsASpan() {
		Observation.Context context = new Observation.Context();
		Observation parent = Observation.start("parent", () -> context, application.bean(ObservationRegistry.class));
		try (Observation.Scope scope = parent.openScope()) {
			assertThat(scope).isNotNull();
			SpanData client = assertSpan(jdk()
				.sendAsync(HttpRequest.newBuilder(URI.create(url("/headers"))).build(), BodyHandlers.ofString())
				.thenApply(HttpResponse::body)
				.join());
			parent.stop();
			assertThat(client.getParentSpanId())
				.isEqualTo(application.bean(RecordedSpans.class).only("parent").getSpanId());
		}
	}

	@Test
	void requestsOfTheJdksClientAreSentAsTheyAre() throws Exception {
		HttpRequest head = HttpRequest.newBuilder(URI.create(url("/headers")))
			.method("HEAD", BodyPublishers.noBody())
			.header("baggage", "own=1")
			.build();
		assertThat(jdk().send(head, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
		HttpRequest post = HttpRequest.newBuilder(URI.create(url("/echo"))).POST(BodyPublishers.ofString("hi")).build();
		assertThat(jdk().send(post, BodyHandlers.ofString()).body()).isEqualTo("hi");
		assertThat(jdk().newWebSocketBuilder()).isNotNull();
		assertThat(jdk().version()).isEqualTo(HttpClient.Version.HTTP_1_1);
		assertThat(application.bean(RecordedSpans.class).only("http post").getKind()).isEqualTo(SpanKind.CLIENT);
	}

	@Test
	void aFailedRequestMarksItsSpan() {
		String closed = "http://127.0.0.1:1/";
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> apache().execute(new HttpGet(closed), HttpClientTests::text));
		assertFailed("HttpHostConnectException");
		HttpRequest request = HttpRequest.newBuilder(URI.create(closed)).build();
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> jdk().send(request, BodyHandlers.discarding()));
		assertFailed("ConnectException");
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> jdk().sendAsync(request, BodyHandlers.discarding()).join());
		assertFailed("ConnectException");
	}

	private void assertFailed(String exception) {
		SpanData span = application.bean(RecordedSpans.class).only("http get");
		assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
		assertThat(RecordedSpans.tag(span, "exception")).isEqualTo(exception);
		assertThat(RecordedSpans.tag(span, "status")).isEqualTo("CLIENT_ERROR");
		forget();
	}

	@Test
	void aStatusOf500MarksTheSpan() throws IOException {
		apache().execute(new HttpGet(url("/fails")), HttpClientTests::text);
		SpanData client = application.bean(RecordedSpans.class).only("http get");
		assertThat(client.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
		assertThat(RecordedSpans.tag(client, "outcome")).isEqualTo("SERVER_ERROR");
	}

	@Test
	void aHookSeesTheResponse() throws Exception {
		apache().execute(new HttpGet(url("/headers")), HttpClientTests::text);
		assertThat(RecordedSpans.tag(application.bean(RecordedSpans.class).only("http get"), "seen")).contains("200");
		forget();
		jdk().send(HttpRequest.newBuilder(URI.create(url("/headers"))).build(), BodyHandlers.discarding());
		assertThat(RecordedSpans.tag(application.bean(RecordedSpans.class).only("http get"), "seen")).contains("200");
	}

	@Test
	void aRequestOfSpringsClientsHasOneSpan() {
		for (ClientHttpRequestFactory factory : List.of(new HttpComponentsClientHttpRequestFactory(apache()),
				new JdkClientHttpRequestFactory(jdk()))) {
			assertSpan(RestClient.builder()
				.requestFactory(factory)
				.observationRegistry(application.bean(ObservationRegistry.class))
				.build()
				.get()
				.uri(url("/headers"))
				.retrieve()
				.body(String.class));
			forget();
		}
		String received = WebClient.builder()
			.clientConnector(new JdkClientHttpConnector(jdk()))
			.observationRegistry(application.bean(ObservationRegistry.class))
			.build()
			.get()
			.uri(url("/headers"))
			.retrieve()
			.bodyToMono(String.class)
			.block();
		assertSpan(received);
	}

	@Test
	void requestsHaveTheMetersOfSpringsClients() throws IOException {
		apache().execute(new HttpGet(url("/headers")), HttpClientTests::text);
		assertThat(application.bean(MeterRegistry.class)
			.get("http.client.requests")
			.tags("client.name", "127.0.0.1", "exception", "none", "method", "GET", "outcome", "SUCCESS", "status",
					"200", "uri", "none")
			.timer()
			.count()).isPositive();
	}

	@Test
	void withoutATracerTheIdOfTheUnitOfWorkIsSent() throws Exception {
		try (RunningApplication other = start("cairn.tracing.instrument=http", RunningApplication.WITHOUT_TRACER)) {
			HttpResponse<String> relayed = other.get("/relay");
			assertThat(relayed.body())
				.contains("traceparent=00-" + relayed.headers().firstValue("X-Trace-Id").orElseThrow());
		}
	}

	@Test
	void nothingIsChangedUnlessSelected() {
		try (RunningApplication other = start("cairn.tracing.instrument=jdbc")) {
			assertThat(other.bean(HttpClient.class).getClass().getName()).startsWith("jdk.internal");
			assertThat(other.bean(CloseableHttpClient.class).getClass().getName()).doesNotContain("$$");
		}
		try (RunningApplication other = start("cairn.tracing.instrument=http", "cairn.tracing.enabled=false")) {
			assertThat(other.bean(HttpClient.class).getClass().getName()).startsWith("jdk.internal");
		}
	}

	/** A class that no proxy can extend. */
	abstract static sealed class Unextendable permits Extension {

	}

	static final class Extension extends Unextendable {

	}

	/** Starts an application without a test. */
	public static final class WithoutFlags {

		private WithoutFlags() {
		}

		public static void main(String[] arguments) throws Exception {
			try (RunningApplication other = HttpClientTests.start("cairn.tracing.instrument=http")) {
				HttpRequest request = HttpRequest.newBuilder(URI.create(url(other, "/headers"))).build();
				LoggerFactory.getLogger(WithoutFlags.class)
					.info("received {}", other.bean(HttpClient.class).send(request, BodyHandlers.ofString()).body());
			}
		}

	}

	/** Uses clients when it is created. */
	static class EarlyHandler implements ObservationHandler<Observation.Context> {

		private final List<String> received;

		EarlyHandler(HttpClient jdk, CloseableHttpClient apache, Environment environment) throws Exception {
			String url = environment.getRequiredProperty("client.url");
			this.received = List.of(
					jdk.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString()).body(),
					apache.execute(new HttpGet(url), HttpClientTests::text));
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return false;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(EarlyHandler.class)
	static class EarlyUse {

		@Bean
		HttpClient jdkClient() {
			return HttpClient.newHttpClient();
		}

		@Bean
		CloseableHttpClient apacheClient() {
			return HttpClients.createDefault();
		}

	}

	/** Tags the span with the response. */
	static class SeenHook implements ClientSpanHook {

		@Override
		public void onResponse(RequestReplySenderContext<?, ?> exchange, Span span) {
			span.tag("seen", String.valueOf(exchange.getResponse()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ RecordedSpans.class, SeenHook.class, Server.class })
	static class Application {

		@Bean
		HttpClient jdkClient() {
			return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
		}

		@Bean
		@Primary
		CloseableHttpClient apacheClient() {
			return HttpClients.custom().disableAutomaticRetries().build();
		}

		@Bean
		MinimalHttpClient minimalClient() {
			return HttpClients.createMinimal();
		}

	}

	@RestController
	static class Server {

		private final CloseableHttpClient client;

		private final Environment environment;

		Server(CloseableHttpClient client, Environment environment) {
			this.client = client;
			this.environment = environment;
		}

		@RequestMapping("/headers")
		String headers(@RequestHeader HttpHeaders headers) {
			Map<String, String> sorted = new TreeMap<>(headers.toSingleValueMap());
			return sorted.toString();
		}

		@RequestMapping("/echo")
		String echo(@RequestBody String body) {
			return body;
		}

		@RequestMapping("/fails")
		ResponseEntity<String> fails() {
			return ResponseEntity.internalServerError().body("sorry");
		}

		@RequestMapping("/relay")
		String relay() throws IOException {
			return this.client.execute(
					new HttpGet("http://127.0.0.1:" + this.environment.getProperty("local.server.port") + "/headers"),
					HttpClientTests::text);
		}

	}

}
