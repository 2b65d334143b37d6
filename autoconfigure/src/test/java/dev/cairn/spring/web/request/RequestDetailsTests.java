package dev.cairn.spring.web.request;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.test.TestServers;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import net.ttddyy.observation.tracing.DataSourceObservationListener;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.mock.MockProducerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for the default fields of the message of a request in a running application.
 */
@ParameterizedClass
@ValueSource(strings = { TestServers.TOMCAT, TestServers.JETTY })
class RequestDetailsTests {

	private static final String CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
			+ "(KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";

	@Parameter
	private String server;

	private static RunningApplication application;

	@BeforeParameterizedClassInvocation
	static void start(String server) {
		application = RunningApplication.start(ShopApplication.class, server,
				"server.forward-headers-strategy=framework", "cairn.requests.headers.country=CF-IPCountry",
				"management.endpoints.web.exposure.include=*");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		application.close();
	}

	private static Map<String, Object> fields(String path, String... headers) {
		assertThat(application.get(path, headers).statusCode()).isEqualTo(200);
		return only(path);
	}

	/** Each test has its own path. */
	private static Map<String, Object> only(String route) {
		return application.requests(route).get(0).fields();
	}

	@ParameterizedTest
	@CsvSource({ "/bytes, 5", "/bytes/large, 100000", "/bytes/async, 5", "/bytes/stream, 100000", "/bytes/none, 0" })
	void hasTheSizeOfTheResponse(String path, long size) {
		assertThat(fields(path)).containsEntry("response_bytes", size);
	}

	@Test
	void hasTheSizeThatAWriterWrites() {
		assertThat(fields("/bytes/writer")).containsEntry("response_bytes",
				this.server.equals(TestServers.TOMCAT) ? 3L : 6L);
	}

	@Test
	void hasTheSizeOfAFileThatTomcatSends() {
		assumeThat(this.server).isEqualTo(TestServers.TOMCAT);
		assertThat(fields("/bytes/file")).containsEntry("response_bytes", 12_345L);
	}

	@Test
	void hasNoSizeForAnErrorPageThatIsStillToCome() {
		assertThat(application.get("/bytes/error").body()).contains("Service Unavailable");
		assertThat(application.get("/bytes/failure").body()).contains("Internal Server Error");
		assertThat(only("/bytes/error")).containsEntry("status", 503).doesNotContainKey("response_bytes");
		assertThat(only("/bytes/failure")).containsEntry("status", 500).doesNotContainKey("response_bytes");
	}

	@Test
	void hasTheSizeOfTheRequest() throws Exception {
		HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(application.uri("/bytes/post"))
				.POST(HttpRequest.BodyPublishers.ofString("0123456789"))
				.build(), HttpResponse.BodyHandlers.discarding());
		assertThat(only("/bytes/post")).containsEntry("request_bytes", 10L).containsEntry("response_bytes", 2L);
	}

	@Test
	void hasTheValuesThatFiltersAndHandlersBound() {
		fields("/context");
		assertThat(only("/context").get("context"))
			.isEqualTo(Map.of("tenant", "acme", "cart", "c-7", "password", Redactor.MASK));
	}

	@Test
	void hasTheValuesThatWereBoundBeforeTheAsynchronousPart() {
		assertThat(fields("/context/async").get("context")).isEqualTo(Map.of("tenant", "acme"));
	}

	@Test
	void hasNoContextIfNothingIsBound() {
		assertThat(fields("/nothing")).doesNotContainKeys("context", "db_calls", "http_calls", "kafka_calls");
	}

	@Test
	void countsTheCallsThatWereMade() {
		Map<String, Object> fields = fields("/calls");
		assertThat(fields).containsEntry("db_calls", 2L)
			.containsEntry("http_calls", 1L)
			.containsEntry("kafka_calls", 3L);
		assertThat((Double) fields.get("db_ms")).isPositive();
		assertThat((Double) fields.get("http_ms")).isPositive().isLessThan((Double) fields.get("duration_ms"));
		assertThat((Double) fields.get("kafka_ms")).isPositive();
		assertThat(only("/called")).doesNotContainKeys("http_calls", "db_calls");
	}

	@Test
	void countsTheCallsOfOtherThreadsThatWorkForTheRequest() {
		assertThat(fields("/calls/elsewhere")).containsEntry("db_calls", 1L);
	}

	@Test
	void hasTheNetworkOfTheClient() {
		assertThat(fields("/address")).containsEntry("client_address", "127.0.0.0");
		assertThat(fields("/address/forwarded", "X-Forwarded-For", "203.0.113.77")).containsEntry("client_address",
				"203.0.113.0");
		assertThat(fields("/address/odd", "X-Forwarded-For", "do-not-look-up.example"))
			.doesNotContainKey("client_address");
	}

	@Test
	void hasTheSoftwareOfTheClient() {
		assertThat(fields("/software", "User-Agent", CHROME)).containsEntry("browser", "Chrome")
			.containsEntry("browser_version", "126")
			.containsEntry("os", "Windows")
			.containsEntry("device_class", "desktop")
			.doesNotContainKey("user_agent");
		assertThat(fields("/software/again", "User-Agent", CHROME)).containsEntry("browser", "Chrome");
	}

	@Test
	void hasLanguageReferrerAndConfiguredHeaders() {
		assertThat(fields("/origin", "Accept-Language", "de-AT,de;q=0.9,en;q=0.8", "Referer",
				"https://search.example/find?q=private", "CF-IPCountry", "AT"))
			.containsEntry("language", "de-AT")
			.containsEntry("referrer", "search.example")
			.containsEntry("country", "AT");
		assertThat(fields("/origin/odd", "Accept-Language", "*;q=x", "Referer", "not an address"))
			.doesNotContainKeys("language", "referrer", "country");
	}

	@Test
	void hasTheVisitorAlsoInEventsOfTheRequest() {
		Object visitor = fields("/visitor/1").get("visitor");
		assertThat((String) visitor).matches("[0-9a-f]{32}");
		assertThat(fields("/visitor/2")).containsEntry("visitor", visitor);
		assertThat(fields("/visitor/3", "User-Agent", CHROME).get("visitor")).isNotEqualTo(visitor);
		assertThat(fields("/publishes")).containsEntry("visitor", visitor);
		assertThat(application.messages("product.viewed")).singleElement()
			.satisfies((message) -> assertThat(message.fields()).containsEntry("visitor", visitor));
		assertThat(application.messages("product.rated")).singleElement()
			.satisfies((message) -> assertThat(message.fields()).containsEntry("visitor", "mine"));
		application.bean(Cairn.class).event("night.came").publish();
		assertThat(application.messages("night.came").get(0).fields()).doesNotContainKey("visitor");
	}

	@ParameterizedTest
	@CsvSource({ "/refuses/dnt, DNT", "/refuses/gpc, Sec-GPC" })
	void doesNotDescribeAClientWithoutConsent(String path, String header) {
		assertThat(fields(path, header, "1", "Accept-Language", "de", "Referer", "https://search.example/",
				"CF-IPCountry", "AT", "User-Agent", CHROME))
			.containsEntry("consent", false)
			.doesNotContainKeys("visitor", "client_address", "browser", "os", "language", "referrer", "country");
		assertThat(fields("/agrees" + path, header, "0")).containsKeys("visitor", "client_address")
			.doesNotContainKey("consent");
	}

	@Test
	void leavesOutTheActuator() {
		assertThat(application.get("/actuator").statusCode()).isEqualTo(200);
		assertThat(application.get("/actuator/health").statusCode()).isEqualTo(200);
		fields("/after-the-actuator");
		assertThat(application.messages(Message.TYPE_HTTP_REQUEST))
			.noneMatch((message) -> message.fields().get("route").toString().startsWith("/actuator"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = KafkaAutoConfiguration.class)
	@Import(ShopController.class)
	static class ShopApplication {

		@Bean
		OncePerRequestFilter tenantFilter() {
			return new OncePerRequestFilter() {

				@Override
				protected boolean shouldNotFilter(HttpServletRequest request) {
					return !request.getRequestURI().startsWith("/context");
				}

				@Override
				protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response,
						FilterChain chain) throws ServletException, IOException {
					try (MDC.MDCCloseable tenant = MDC.putCloseable("tenant", "acme")) {
						chain.doFilter(request, response);
					}
					finally {
						MDC.remove("cart");
						MDC.remove("password");
					}
				}

			};
		}

		@Bean
		DataSource dataSource(ObservationRegistry registry) {
			JdbcDataSource h2 = new JdbcDataSource();
			h2.setURL("jdbc:h2:mem:requests;DB_CLOSE_DELAY=-1");
			DataSourceObservationListener listener = new DataSourceObservationListener(registry);
			return ProxyDataSourceBuilder.create(h2).listener(listener).methodListener(listener).build();
		}

		@Bean
		KafkaTemplate<String, String> kafkaTemplate() {
			KafkaTemplate<String, String> template = new KafkaTemplate<>(new MockProducerFactory<>(
					() -> new MockProducer<>(true, null, new StringSerializer(), new StringSerializer())) {

				@Override
				public Map<String, Object> getConfigurationProperties() {
					return Map.of("bootstrap.servers", "127.0.0.1:1");
				}

			});
			template.setObservationEnabled(true);
			return template;
		}

	}

	@RestController
	static class ShopController {

		private final DataSource database;

		private final KafkaTemplate<String, String> kafka;

		private final ObservationRegistry registry;

		private final Cairn cairn;

		ShopController(DataSource database, KafkaTemplate<String, String> kafka, ObservationRegistry registry,
				Cairn cairn) {
			this.database = database;
			this.kafka = kafka;
			this.registry = registry;
			this.cairn = cairn;
		}

		@GetMapping({ "/nothing", "/called", "/address", "/address/forwarded", "/address/odd", "/software",
				"/software/again", "/origin", "/origin/odd", "/visitor/1", "/visitor/2", "/visitor/3", "/refuses/dnt",
				"/refuses/gpc", "/agrees/refuses/dnt", "/agrees/refuses/gpc", "/after-the-actuator" })
		String nothing() {
			return "";
		}

		@GetMapping("/bytes")
		String bytes() {
			return "12345";
		}

		@GetMapping("/bytes/none")
		void none() {
		}

		@GetMapping("/bytes/writer")
		void writer(HttpServletResponse response) throws IOException {
			response.setCharacterEncoding("UTF-8");
			response.getWriter().write("\u00e4\u00f6\u00fc");
		}

		@GetMapping("/bytes/large")
		byte[] large() {
			return new byte[100_000];
		}

		@GetMapping("/bytes/async")
		Callable<String> async() {
			return () -> "12345";
		}

		@GetMapping("/bytes/stream")
		StreamingResponseBody stream() {
			return (out) -> {
				for (int i = 0; i < 100; i++) {
					out.write(new byte[1000]);
					out.flush();
				}
			};
		}

		@GetMapping("/bytes/file")
		void file(HttpServletRequest request, HttpServletResponse response) throws IOException {
			assertThat(request.getAttribute("org.apache.tomcat.sendfile.support")).isEqualTo(true);
			Path file = Files.createTempFile("cairn", ".bin");
			file.toFile().deleteOnExit();
			Files.write(file, new byte[20_000]);
			response.setContentLengthLong(12_345);
			request.setAttribute("org.apache.tomcat.sendfile.filename", file.toString());
			request.setAttribute("org.apache.tomcat.sendfile.start", 0L);
			request.setAttribute("org.apache.tomcat.sendfile.end", 12_345L);
		}

		@GetMapping("/bytes/error")
		void error(HttpServletResponse response) throws IOException {
			response.sendError(503);
		}

		@GetMapping("/bytes/failure")
		void failure(HttpServletResponse response) throws IOException {
			response.getOutputStream().write(new byte[10]);
			throw new IllegalStateException("fails");
		}

		@PostMapping("/bytes/post")
		String post(@RequestBody String body) {
			return String.valueOf(body.length());
		}

		@GetMapping("/context")
		String context() {
			MDC.put("cart", "c-7");
			MDC.put("password", "do-not-publish");
			return "";
		}

		@GetMapping("/context/async")
		Callable<String> asyncContext() {
			return () -> "";
		}

		@GetMapping("/calls")
		String calls(HttpServletRequest request) throws Exception {
			query();
			query();
			this.kafka.send("orders", "1").get();
			this.kafka.send("orders", "2").get();
			this.kafka.send("orders", "3").get();
			String called = request.getRequestURL().toString().replace("/calls", "/called");
			Observation.createNotStarted("prices.fetch", this.registry)
				.observe(() -> RestClient.builder()
					.observationRegistry(this.registry)
					.build()
					.get()
					.uri(called)
					.retrieve()
					.toBodilessEntity());
			return "";
		}

		@GetMapping("/calls/elsewhere")
		String callsElsewhere() {
			Observation current = this.registry.getCurrentObservation();
			CompletableFuture.runAsync(() -> current.scoped(this::query)).join();
			return "";
		}

		private void query() {
			try (var connection = this.database.getConnection(); var statement = connection.createStatement()) {
				statement.executeQuery("select 1").close();
			}
			catch (java.sql.SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@GetMapping("/publishes")
		String publishes() {
			this.cairn.event("product.viewed").publish();
			this.cairn.event("product.rated").field("visitor", "mine").publish();
			return "";
		}

	}

}
