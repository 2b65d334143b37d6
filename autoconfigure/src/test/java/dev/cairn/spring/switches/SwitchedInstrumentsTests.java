package dev.cairn.spring.switches;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.sun.net.httpserver.HttpServer;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.test.SpanCollector;
import dev.cairn.testing.Ports;
import dev.cairn.testing.Prerequisites;
import dev.cairn.testing.UdpServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import net.ttddyy.observation.tracing.DataSourceObservationListener;
import org.bson.Document;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Instrumentations that are switched by HTTP, as StatsD's server and the exporter of the
 * spans receive them. Those of brokers, caches, repositories and R2DBC are tested with
 * Brave.
 */
class SwitchedInstrumentsTests {

	private static final UdpServer statsd = UdpServer.started();

	private static final MongoServer mongo = new MongoServer(new MemoryBackend());

	private static final Queue<String> headers = new ConcurrentLinkedQueue<>();

	private static final int redisPort = Ports.free();

	private static HttpServer http;

	private static RunningApplication application;

	@BeforeAll
	static void start() throws IOException {
		http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		http.createContext("/", (exchange) -> {
			headers.add(String.valueOf(exchange.getRequestHeaders().getFirst("traceparent")));
			byte[] body = "hi".getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
		http.start();
		application = RunningApplication.start(Shop.class, "cairn.tracing.instrument=all",
				"management.tracing.sampling.probability=1", "management.endpoints.web.exposure.include=cairnswitches",
				"management.endpoint.cairnswitches.access=unrestricted",
				"management.statsd.metrics.export.enabled=true", "management.statsd.metrics.export.host=127.0.0.1",
				"management.statsd.metrics.export.port=" + statsd.port(), "cairn.statsd.flush-interval=50ms",
				"http.url=" + url(), "mongo.url=" + mongo.bindAndGetConnectionString(), "redis.port=" + redisPort);
	}

	private static String url() {
		return "http://127.0.0.1:" + http.getAddress().getPort();
	}

	@AfterAll
	static void stop() {
		application.close();
		http.stop(0);
		mongo.shutdownNow();
		statsd.close();
	}

	@Test
	void switchesRequestsOfBothKindsOfClientsWithTheirHeaders() {
		headers.clear();
		RestClient spring = RestClient.builder()
			.observationRegistry(application.bean(ObservationRegistry.class))
			.build();
		assertSwitched("http", "http.client.requests", "http get", () -> {
			spring.get().uri(url()).retrieve().toBodilessEntity();
			application.bean(HttpClient.class)
				.send(HttpRequest.newBuilder(URI.create(url())).build(), BodyHandlers.ofString());
		});
		// Once by each of the two clients, for each of the calls
		assertThat(headers).hasSize(10);
		List<String> received = List.copyOf(headers);
		assertThat(List.of(received.subList(0, 2), received.subList(6, 10)))
			.allSatisfy((on) -> assertThat(on).allSatisfy((header) -> assertThat(header).startsWith("00-")));
		assertThat(received.subList(2, 6)).containsOnly("null");
	}

	@Test
	void switchesStatementsOfJdbc() {
		assertSwitched("jdbc", "jdbc.query", "query",
				() -> application.bean(JdbcTemplate.class).queryForList("SELECT 1"));
	}

	@Test
	void switchesCommandsOfRedis(@TempDir File directory) throws Exception {
		assumeTrue(Prerequisites.met("the test with Jedis", "src/backends/backends.sh install redis, as root",
				"redis-server"));
		Process server = new ProcessBuilder("redis-server", "--bind", "127.0.0.1", "--port", String.valueOf(redisPort),
				"--save", "")
			.directory(directory)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.redirectErrorStream(true)
			.start();
		try {
			RunningApplication.await(SwitchedInstrumentsTests::isRedisUp);
			assertSwitched("redis", "jedis", "get",
					() -> application.bean(StringRedisTemplate.class).opsForValue().get("order"));
		}
		finally {
			server.destroyForcibly();
		}
	}

	private static boolean isRedisUp() {
		try (Socket socket = new Socket("127.0.0.1", redisPort)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Test
	void switchesCommandsOfMongo() {
		assertSwitched("mongodb", "spring.data.mongodb.command", "orders.find",
				() -> application.bean(MongoClient.class)
					.getDatabase("shop")
					.getCollection("orders")
					.find(new Document("customer", "ann"))
					.first());
	}

	@Test
	void switchesOperationsOfS3() {
		assertSwitched("s3", "aws.s3", "s3 GetObject", () -> application.bean(S3Client.class)
			.getObjectAsBytes((request) -> request.bucket("orders").key("7")));
	}

	@Test
	void switchesCallsOfAsyncMethods() {
		assertSwitched("async", "tasks.async.execution", "task jobs.later",
				() -> application.bean(Jobs.class).later().get());
	}

	@Test
	void switchesRunsOfScheduledMethods() {
		Jobs jobs = application.bean(Jobs.class);
		assertSwitched("scheduled", "tasks.scheduled.execution", "task jobs.run", () -> {
			int before = jobs.runs();
			RunningApplication.await(() -> jobs.runs() > before + 2);
		});
	}

	/** Nobody observes them unless Cairn is asked to. */
	@ParameterizedTest
	@ValueSource(strings = { "cache", "data", "s3" })
	void refusesWhatIsNotEnabled(String name) {
		try (RunningApplication other = RunningApplication.start(Plain.class, "cairn.tracing.instrument=http",
				"management.endpoints.web.exposure.include=cairnswitches",
				"management.endpoint.cairnswitches.access=unrestricted")) {
			for (String value : List.of("on", "off")) {
				var response = Client.of(other).post("kind", "instrumentation", "target", name, "value", value);
				assertThat(response.statusCode()).isEqualTo(400);
				assertThat(response.body()).contains("target must be one of [async, http, jdbc", "but was '" + name);
			}
		}
	}

	/**
	 * Off by a switch that is reverted, and by one that reverts itself.
	 * @param name the name of the instrumentation
	 * @param timer the name of its timer
	 * @param span the name of its span
	 * @param call calls it once, or more often
	 */
	private static void assertSwitched(String name, String timer, String span, Call call) {
		Client client = Client.of(application);
		assertReported(timer, span, call);
		JsonNode off = client.set("instrumentation", name, "off", "1h");
		call.run();
		int spans = spans(span);
		long lines = lines(timer);
		call.run();
		assertThat(lines(timer)).as("lines of " + timer).isEqualTo(lines);
		assertThat(spans(span)).as("spans of " + span).isEqualTo(spans);
		client.delete(off.path("id").asString());
		assertReported(timer, span, call);
		client.set("instrumentation", name, "off", "1s");
		client.awaitNone();
		assertReported(timer, span, call);
	}

	private static void assertReported(String timer, String span, Call call) {
		int spans = spans(span);
		long lines = lines(timer);
		call.run();
		RunningApplication.await(() -> spans(span) > spans && lines(timer) > lines);
	}

	private static int spans(String name) {
		application.bean(SdkTracerProvider.class).forceFlush().join(30, TimeUnit.SECONDS);
		return (int) application.bean(SpanCollector.class)
			.all()
			.stream()
			.filter((span) -> span.getName().equals(name))
			.count();
	}

	/** Returns the number of lines once all that was recorded before has arrived. */
	private static long lines(String timer) {
		for (int flush = 0; flush < 2; flush++) {
			long before = linesSoFar("marker", "|c");
			application.bean(MeterRegistry.class).counter("marker").increment();
			RunningApplication.await(() -> linesSoFar("marker", "|c") > before);
		}
		return linesSoFar(timer, "|ms");
	}

	private static long linesSoFar(String name, String type) {
		return statsd.lines().stream().filter((line) -> line.startsWith(name) && line.contains(type)).count();
	}

	/**
	 * A call.
	 */
	private interface Call {

		void call() throws Exception;

		default void run() {
			try {
				call();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	static class Jobs {

		private final AtomicInteger runs = new AtomicInteger();

		@Async
		CompletableFuture<String> later() {
			return CompletableFuture.completedFuture("done");
		}

		@Scheduled(fixedDelay = 20)
		void run() {
			this.runs.incrementAndGet();
		}

		int runs() {
			return this.runs.get();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Plain {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	@EnableScheduling
	@Import({ SpanCollector.class, Jobs.class })
	static class Shop {

		@Bean
		HttpClient jdkClient() {
			return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
		}

		@Bean
		JdbcTemplate jdbcTemplate(ObservationRegistry registry) {
			JdbcDataSource source = new JdbcDataSource();
			source.setUrl("jdbc:h2:mem:switched;DB_CLOSE_DELAY=-1");
			DataSourceObservationListener listener = new DataSourceObservationListener(registry);
			return new JdbcTemplate(
					ProxyDataSourceBuilder.create(source).listener(listener).methodListener(listener).build());
		}

		@Bean
		JedisConnectionFactory connections(Environment environment) {
			return new JedisConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1",
					environment.getRequiredProperty("redis.port", Integer.class)));
		}

		@Bean
		StringRedisTemplate redisTemplate(JedisConnectionFactory connections) {
			return new StringRedisTemplate(connections);
		}

		@Bean
		MongoClientSettings settings(Environment environment) {
			return MongoClientSettings.builder()
				.applyConnectionString(new ConnectionString(environment.getRequiredProperty("mongo.url")))
				.build();
		}

		@Bean
		MongoClient client(MongoClientSettings settings) {
			return MongoClients.create(settings);
		}

		@Bean
		S3Client s3(Environment environment) {
			return S3Client.builder()
				.endpointOverride(URI.create(environment.getRequiredProperty("http.url")))
				.region(Region.EU_CENTRAL_1)
				.credentialsProvider(AnonymousCredentialsProvider.create())
				.forcePathStyle(true)
				.httpClient(UrlConnectionHttpClient.create())
				.build();
		}

	}

}
