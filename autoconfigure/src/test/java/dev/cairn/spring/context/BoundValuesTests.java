package dev.cairn.spring.context;

import java.security.Principal;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Binding;
import dev.cairn.BindingExtractor;
import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.annotation.Bind;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.test.SpanCollector;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.SenderContext;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests that the values that an application binds are part of all that is reported of the
 * unit of work, and of nothing else.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BoundValuesTests {

	private RunningApplication application;

	@BeforeAll
	void start() {
		this.application = RunningApplication.startWithSentry(OrderApplication.class,
				"cairn.context.baggage=tenant,api_key", "cairn.context.meter-tags=tenant",
				"management.tracing.sampling.probability=1", "cairn.requests.client-address=full",
				"sentry.context-tags=order.id");
	}

	@BeforeEach
	void forget() {
		this.application.forget();
		this.application.bean(SpanCollector.class).clear();
	}

	@AfterAll
	void stop() {
		this.application.close();
	}

	@Test
	void anArgumentIsPartOfLinesEventsTheRequestAndItsSpan() {
		assertThat(this.application.get("/order?id=7&tenant=acme").body()).isEqualTo("7 acme");
		assertThat(line("placing")).containsEntry("order.id", "7").containsEntry("tenant", "acme");
		assertThat(contextOf(this.application.messages("order.placed").get(0)))
			.isEqualTo(Map.of("order.id", 7L, "tenant", "acme", "customer.name", "Ada"));
		assertThat(contextOf(this.application.requests("/order").get(0)))
			.isEqualTo(Map.of("order.id", 7L, "tenant", "acme", "customer.name", "Ada", "item", "own"));
		assertThat(span("http get /order")).containsEntry("order.id", "7").containsEntry("tenant", "acme");
		assertThat(span("stock")).containsEntry("order.id", "7").containsEntry("bound.item", "own");
		assertThat(span("stock")).containsEntry("item", "tea");
		assertThat(span("delivery")).containsEntry("order.id", "7").containsEntry("item", "own");
	}

	@Test
	void aFailureHasTheValuesOfThePlaceWhereItOccurred() {
		this.application.get("/order?id=0&tenant=acme");
		Message incident = this.application.onlyIncident();
		assertThat(contextOf(incident)).containsEntry("order.id", 0L)
			.containsEntry("tenant", "acme")
			.containsEntry("customer.name", "Ada");
		JsonNode event = sentryEvent(incident);
		assertThat(event.at("/contexts/cairn/context/customer.name").asString()).isEqualTo("Ada");
		assertThat(event.at("/tags/order.id").asString()).isEqualTo("0");
	}

	private JsonNode sentryEvent(Message incident) {
		AtomicReference<JsonNode> found = new AtomicReference<>();
		RunningApplication.await(() -> {
			this.application.sentry()
				.events()
				.stream()
				.filter((event) -> event.at("/contexts/cairn/message_id").asString().equals(incident.id()))
				.forEach(found::set);
			return found.get() != null;
		});
		return found.get();
	}

	@Test
	void nothingIsLeftForTheNextRequest() {
		this.application.get("/order?id=7&tenant=acme");
		assertThat(this.application.get("/mdc").body()).doesNotContain("order", "tenant", "customer");
		assertThat(this.application.requests("/mdc").get(0).fields()).doesNotContainKey("context");
	}

	@Test
	void allowedValuesAreReceivedByAnotherServiceAndTagsOfMeters() {
		String answer = this.application.get("/calls?port=" + this.application.port()).body();
		assertThat(answer).contains("tenant=a, b=\"c\"").doesNotContain("order.id");
		RunningApplication.await(() -> this.application.bean(MeterRegistry.class)
			.find("http.server.requests")
			.tag("uri", "/mdc")
			.tag("tenant", "a, b=\"c\"")
			.timer() != null);
		assertThat(this.application.bean(MeterRegistry.class).get("http.server.requests").meters())
			.allSatisfy((meter) -> {
				assertThat(meter.getId().getTag("tenant")).isNotNull();
				assertThat(meter.getId().getTag("order.id")).isNull();
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "/baggage", "/reactive-baggage" })
	void baggageOfTheApplicationIsKept(String path) {
		assertThat(this.application.get(path + "?port=" + this.application.port()).body())
			.isEqualTo("[acme=1,userId=alice,tenant=t1]");
	}

	@Test
	void aValueThatAFilterRemovesFromTheDiagnosticContextDoesNotComeBack() {
		for (int i = 0; i < 20; i++) {
			this.application.get("/bound", "X-User", "alice");
		}
		for (int i = 0; i < 20; i++) {
			assertThat(this.application.get("/mdc").body()).doesNotContain("u-1", "alice", "secret");
		}
	}

	@Test
	void aRequestBecomesTheAddressOfItsClient() {
		assertThat(RunningApplication.map(this.application.get("/client").body()))
			.isEqualTo(Map.of("client_address", "127.0.0.1"));
	}

	@Test
	void aRequestBecomesTheNameOfItsUser() {
		assertThat(RunningApplication.map(this.application.get("/client", "X-Principal", "ann").body()))
			.isEqualTo(Map.of("client_address", "127.0.0.1", "user", "ann"));
		assertThat(contextOf(this.application.requests("/client").get(0))).containsEntry("user", "ann");
	}

	@Test
	void aSecretIsMaskedInSpansAndInTheHeader() {
		assertThat(this.application.get("/secret?port=" + this.application.port()).body())
			.isEqualTo("[api_key=" + Redactor.MASK + "]");
		assertThat(span("http get /secret")).containsEntry("api_key", Redactor.MASK);
		assertThat(span("stock")).containsEntry("api_key", Redactor.MASK);
	}

	@Test
	void aValueIsBoundInTheAsynchronousPartOfARequest() {
		assertThat(this.application.get("/async").body()).contains("order.id=9");
		assertThat(contextOf(this.application.requests("/async").get(0))).isEqualTo(Map.of("order.id", 9, "late", 1));
	}

	@Test
	void theDiagnosticContextCanBeLeftAlone() {
		try (RunningApplication other = RunningApplication.start(OrderApplication.class, "cairn.context.mdc=false")) {
			other.get("/order?id=7&tenant=acme");
			assertThat(line("placing")).doesNotContainKeys("order.id", "tenant");
			assertThat(contextOf(other.messages("order.placed").get(0))).containsEntry("order.id", 7L);
			other.get("/order?id=0&tenant=acme");
			assertThat(contextOf(other.onlyIncident())).containsEntry("customer.name", "Ada");
		}
	}

	@Test
	void anInvalidNameFailsTheStart() {
		assertThatThrownBy(() -> RunningApplication.start(OrderApplication.class, "cairn.context.meter-tags=a tenant"))
			.hasStackTraceContaining("cairn.context.meter-tags")
			.hasStackTraceContaining("'a tenant'");
	}

	private static Map<String, String> line(String text) {
		return RunningApplication.logEvents()
			.stream()
			.filter((event) -> event.getFormattedMessage().startsWith(text))
			.reduce((first, second) -> second)
			.map(ILoggingEvent::getMDCPropertyMap)
			.orElseThrow();
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> contextOf(Message message) {
		return (Map<String, Object>) message.fields().get("context");
	}

	private Map<String, String> span(String name) {
		SpanCollector exported = this.application.bean(SpanCollector.class);
		RunningApplication.await(() -> exported.all().stream().anyMatch((span) -> span.getName().equals(name)));
		Map<String, String> attributes = new java.util.HashMap<>();
		exported.all()
			.stream()
			.filter((span) -> span.getName().equals(name))
			.forEach((span) -> span.getAttributes()
				.forEach((key, value) -> attributes.put(key.getKey(), String.valueOf(value))));
		return attributes;
	}

	record Order(@Bind("order.id") long id, Customer customer) {
	}

	record Customer(String name) {
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(OrderService.class)
	@RestController
	static class OrderApplication {

		private final Cairn cairn;

		private final OrderService orders;

		private final RestClient client;

		private final ObservationRegistry observations;

		OrderApplication(Cairn cairn, OrderService orders, ObservationRegistry observations) {
			this.cairn = cairn;
			this.orders = orders;
			this.observations = observations;
			this.client = RestClient.builder().observationRegistry(observations).build();
		}

		@GetMapping("/order")
		String order(@RequestParam long id, @Bind @RequestParam String tenant) {
			return this.orders.place(new Order(id, new Customer("Ada")), new Customer("Ada")) + " " + tenant;
		}

		@GetMapping("/mdc")
		String mdc() {
			return String.valueOf(MDC.getCopyOfContextMap());
		}

		@GetMapping("/calls")
		String calls(@RequestParam int port) {
			try (Binding bound = this.cairn.bind(Map.of("tenant", "a, b=\"c\"", "order.id", 1))) {
				return String
					.valueOf(this.client.get().uri("http://127.0.0.1:" + port + "/mdc").retrieve().body(String.class));
			}
		}

		@GetMapping("/baggage")
		String baggage(@RequestParam int port) {
			try (Binding bound = this.cairn.bind("tenant", "t1")) {
				return String.valueOf(this.client.get()
					.uri("http://127.0.0.1:" + port + "/headers")
					.header("baggage", "acme=1,userId=alice")
					.retrieve()
					.body(String.class));
			}
		}

		@GetMapping("/secret")
		String secret(@RequestParam int port) {
			this.cairn.bind("api_key", "k-4711");
			Observation.createNotStarted("stock", this.observations).observe(() -> {
			});
			return String
				.valueOf(this.client.get().uri("http://127.0.0.1:" + port + "/headers").retrieve().body(String.class));
		}

		@GetMapping("/reactive-baggage")
		String reactiveBaggage(@RequestParam int port) {
			try (Binding bound = this.cairn.bind("tenant", "t1")) {
				return String.valueOf(WebClient.builder()
					.observationRegistry(this.observations)
					.clientConnector(new JdkClientHttpConnector())
					.build()
					.get()
					.uri("http://127.0.0.1:" + port + "/headers")
					.header("baggage", "acme=1,userId=alice")
					.retrieve()
					.bodyToMono(String.class)
					.block());
			}
		}

		@GetMapping("/headers")
		String headers(@RequestHeader HttpHeaders headers) {
			return String.valueOf(headers.get("baggage"));
		}

		@GetMapping("/bound")
		String bound() {
			this.cairn.bind("user", "u-1");
			try (MDC.MDCCloseable order = MDC.putCloseable("order", "secret")) {
				this.cairn.bind("order", 7);
				return mdc();
			}
		}

		/** As many applications have it. */
		@Bean
		static FilterRegistrationBean<Filter> user() {
			return new FilterRegistrationBean<>((request, response, chain) -> {
				MDC.put("user", ((HttpServletRequest) request).getHeader("X-User"));
				try {
					chain.doFilter(request, response);
				}
				finally {
					MDC.remove("user");
				}
			});
		}

		@GetMapping("/client")
		Map<String, Object> client(HttpServletRequest request) {
			try (Binding bound = this.cairn.bindFrom(request)) {
				return this.cairn.bindings();
			}
		}

		/** As the filters of Spring Security do. */
		@Bean
		static Filter authentication() {
			return (request, response, chain) -> {
				String name = ((HttpServletRequest) request).getHeader("X-Principal");
				chain.doFilter((name != null) ? authenticated((HttpServletRequest) request, name) : request, response);
			};
		}

		private static HttpServletRequest authenticated(HttpServletRequest request, String name) {
			return new HttpServletRequestWrapper(request) {

				@Override
				public Principal getUserPrincipal() {
					return () -> name;
				}

			};
		}

		@GetMapping("/async")
		Callable<String> async() {
			this.cairn.bind("order.id", 9);
			return () -> {
				this.cairn.bind("late", 1);
				return mdc();
			};
		}

		@Bean
		static BindingExtractor<Customer> customerExtractor() {
			return new BindingExtractor<>() {

				@Override
				public Class<Customer> type() {
					return Customer.class;
				}

				@Override
				public Map<String, ? extends @Nullable Object> extract(Customer customer) {
					return Map.of("customer.name", customer.name());
				}

			};
		}

		@Bean
		static SpanCollector spans() {
			return new SpanCollector();
		}

	}

	@Service
	static class OrderService {

		private static final Logger logger = LoggerFactory.getLogger(OrderService.class);

		private final Cairn cairn;

		private final ObservationRegistry observations;

		OrderService(Cairn cairn, ObservationRegistry observations) {
			this.cairn = cairn;
			this.observations = observations;
		}

		long place(@Bind Order order, @Bind Customer customer) {
			logger.info("placing");
			this.cairn.event("order.placed").publish();
			if (order.id() == 0) {
				throw new IllegalStateException("no order");
			}
			try (Binding item = this.cairn.bind("item", "own")) {
				Observation.createNotStarted("stock", this.observations)
					.highCardinalityKeyValue("item", "tea")
					.observe(() -> {
					});
				Observation call = Observation.start("delivery", () -> new SenderContext<>((carrier, key, value) -> {
				}), this.observations);
				// As clients do that do not wait for the response
				CompletableFuture.runAsync(call::stop).join();
			}
			return order.id();
		}

	}

}
