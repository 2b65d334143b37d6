package dev.cairn.integration;

import java.net.http.HttpResponse;
import java.util.Map;

import brave.Span.Kind;
import brave.Tracing;
import brave.TracingCustomizer;
import brave.handler.MutableSpan;
import brave.propagation.B3Propagation;
import brave.propagation.Propagation;
import brave.propagation.Propagation.RemoteGetter;
import brave.propagation.TraceContext;
import brave.propagation.TraceContext.Extractor;
import brave.propagation.TraceContextOrSamplingFlags;
import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.annotation.Traced;
import dev.cairn.delivery.Accounts;
import dev.cairn.testing.LogCapture;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.SenderContext;
import io.micrometer.tracing.brave.bridge.W3CPropagation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests that Brave has the same spans as OpenTelemetry: of requests, of clients and of
 * annotated methods.
 */
class BraveTests {

	private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

	private static final String CALLER_ID = "00f067aa0ba902b7";

	private static Service shop;

	@BeforeAll
	static void start() {
		shop = Service.start(ShopApplication.class, "cairn.tracing.instrument=all", "cairn.tracing.require-parent=true",
				"cairn.context.baggage=customer");
	}

	@AfterAll
	static void stop() {
		shop.close();
	}

	@BeforeEach
	void forget() {
		shop.forget();
	}

	@ParameterizedTest
	@CsvSource({ "traceparent, 00-" + TRACE_ID + "-" + CALLER_ID + "-01", "b3, " + TRACE_ID + "-" + CALLER_ID + "-1" })
	void theTraceOfACallerIsContinued(String header, String value) throws Exception {
		continuesTheTrace(shop.get("/event", header, value));
	}

	@Test
	void theTraceOfACallerWithSeveralHeadersIsContinued() throws Exception {
		continuesTheTrace(shop.get("/event", "X-B3-TraceId", TRACE_ID, "X-B3-SpanId", CALLER_ID, "X-B3-Sampled", "1"));
	}

	private static void continuesTheTrace(HttpResponse<String> answer) {
		MutableSpan server = shop.spans().only("http get /event");
		assertThat(server.kind()).isEqualTo(Kind.SERVER);
		assertThat(server.traceId()).isEqualTo(TRACE_ID);
		assertThat(server.parentId()).isEqualTo(CALLER_ID);
		assertThat(answer.headers().firstValue("X-Trace-Id")).contains(TRACE_ID);
		assertThat(shop.messages("shop.event")).singleElement().satisfies((event) -> {
			assertThat(event.trace().traceId()).isEqualTo(TRACE_ID);
			assertThat(event.trace().spanId()).isEqualTo(server.id());
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonsense", "-", "00", "00-", "00-x-y-z", "00-" + TRACE_ID, "00-" + TRACE_ID + "-",
			"00-" + TRACE_ID + "-" + CALLER_ID, "00-" + TRACE_ID + "-" + CALLER_ID + "-",
			"00-" + TRACE_ID + "-" + CALLER_ID + "-0", "00-" + TRACE_ID + "-" + CALLER_ID + "-01-x",
			"ff-" + TRACE_ID + "-" + CALLER_ID + "-01", "00-00000000000000000000000000000000-" + CALLER_ID + "-01",
			"00-" + TRACE_ID + "-0000000000000000-01" })
	void aMalformedHeaderBeginsATraceAndIsCounted(String traceparent) throws Exception {
		beginsATraceAndCounts("traceparent", "traceparent", traceparent);
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonsense", "-", TRACE_ID, TRACE_ID + "-", TRACE_ID + "-" + CALLER_ID + "-",
			TRACE_ID + "-" + CALLER_ID + "-x", TRACE_ID + "-0000000000000000-1" })
	void aMalformedHeaderOfZipkinBeginsATraceAndIsCounted(String b3) throws Exception {
		beginsATraceAndCounts("b3", "b3", b3);
	}

	@ParameterizedTest
	@CsvSource({ "nonsense, " + CALLER_ID, "'', " + CALLER_ID, TRACE_ID + ", nonsense", TRACE_ID + ", ''",
			TRACE_ID + ", 0000000000000000" })
	void severalMalformedHeadersOfZipkinBeginATraceAndAreCounted(String traceId, String spanId) throws Exception {
		beginsATraceAndCounts("X-B3-TraceId", "X-B3-TraceId", traceId, "X-B3-SpanId", spanId);
	}

	private static void beginsATraceAndCounts(String counted, String... headers) throws Exception {
		long before = malformed(shop, counted);
		HttpResponse<String> answer = shop.get("/event", headers);
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.headers().firstValue("X-Trace-Id")).get()
			.asString()
			.matches("[0-9a-f]{32}")
			.isNotEqualTo(TRACE_ID);
		assertThat(shop.spans().only("http get /event").parentId()).isNull();
		assertThat(malformed(shop, counted)).isEqualTo(before + 1);
	}

	private static long malformed(Service service, String header) {
		return service.bean(Accounts.class).failures().getOrDefault("malformed header " + header, 0L);
	}

	@Test
	void aMalformedHeaderDoesNotHideAValidOneOfZipkin() throws Exception {
		continuesTheTrace(shop.get("/event", "traceparent", "00", "b3", TRACE_ID + "-" + CALLER_ID + "-1"));
	}

	@Test
	void anInstrumentationOfBraveReceivesNoMalformedHeader() {
		RemoteGetter<Map<String, String>> getter = new RemoteGetter<>() {

			@Override
			public Kind spanKind() {
				return Kind.SERVER;
			}

			@Override
			public String get(Map<String, String> headers, String key) {
				return headers.get(key);
			}

		};
		Extractor<Map<String, String>> extractor = shop.bean(Tracing.class).propagation().extractor(getter);
		assertThat(extractor.extract(Map.of("traceparent", "00"))).isEqualTo(TraceContextOrSamplingFlags.EMPTY);
		assertThat(extractor.extract(Map.of("traceparent", "00-" + TRACE_ID + "-" + CALLER_ID + "-01")).context())
			.extracting(TraceContext::traceIdString)
			.isEqualTo(TRACE_ID);
	}

	@Test
	void thePropagationOfAnApplicationReceivesNoMalformedHeader() throws Exception {
		try (Service own = Service.start(OwnPropagation.class)) {
			assertThat(own.get("/event", "traceparent", "00").statusCode()).isEqualTo(200);
			assertThat(own.spans().only("http get /event").parentId()).isNull();
			own.forget();
			own.get("/event", "traceparent", "00-" + TRACE_ID + "-" + CALLER_ID + "-01");
			assertThat(own.spans().only("http get /event").traceId()).isEqualTo(TRACE_ID);
			assertThat(own.bean(OwnFactory.class).decorated).isPositive();
		}
	}

	@Test
	void aCustomizerOfAnApplicationReplacesThePropagation() throws Exception {
		try (Service own = Service.start(OwnCustomizer.class)) {
			own.get("/event", "traceparent", "00-" + TRACE_ID + "-" + CALLER_ID + "-01");
			assertThat(own.spans().only("http get /event").traceId()).isNotEqualTo(TRACE_ID);
		}
	}

	@Test
	void aCallOfAnotherServiceIsOneTraceWithTheBoundValues() throws Exception {
		try (Service stock = Service.start(ShopApplication.class, "cairn.context.baggage=customer");
				LogCapture log = new LogCapture(ShopController.class.getName())) {
			shop.get("/calls?customer=ann&port=" + stock.port());
			MutableSpan server = shop.spans().only("http get /calls");
			MutableSpan client = shop.spans().only(Kind.CLIENT);
			MutableSpan called = stock.spans().only("http get /event");
			assertThat(client.parentId()).isEqualTo(server.id());
			assertThat(called.parentId()).isEqualTo(client.id());
			assertThat(called.traceId()).isEqualTo(server.traceId());
			assertThat(server.tag("customer")).isEqualTo("ann");
			assertThat(client.tag("customer")).isEqualTo("ann");
			assertThat(called.tag("customer")).isEqualTo("ann");
			assertThat(stock.messages("shop.event")).singleElement()
				.extracting((event) -> event.fields().get("context"))
				.isEqualTo(Map.of("customer", "ann"));
			assertThat(log.events()).filteredOn((line) -> line.getMessage().equals("event"))
				.singleElement()
				.satisfies((line) -> assertThat(line.getMDCPropertyMap()).containsEntry("customer", "ann")
					.containsEntry("traceId", server.traceId())
					.containsEntry("spanId", called.id()));
		}
	}

	@Test
	void anAnnotatedMethodIsASpanWithinThatOfTheRequest() throws Exception {
		shop.get("/pays?order=4711");
		MutableSpan span = shop.spans().only("pay");
		assertThat(span.parentId()).isEqualTo(shop.spans().only("http get /pays").id());
		assertThat(span.tag("order")).isEqualTo("4711");
		assertThat(span.tag("result")).isEqualTo("receipt of 4711");
		assertThat(span.tag("class")).isEqualTo(Till.class.getName());
		assertThat(span.error()).isNull();
	}

	@Test
	void aFailureMarksTheSpanAndTagsItWithTheIdOfTheIncident() throws Exception {
		String errorId = shop.get("/pays?order=").headers().firstValue("X-Error-Id").orElseThrow();
		assertThat(shop.spans().only("pay").error()).hasMessage("no order");
		MutableSpan server = shop.spans().only("http get /pays");
		assertThat(server.error()).hasMessageContaining("no order");
		assertThat(server.tag("error.id")).isEqualTo(errorId);
		assertThat(shop.messages(Message.TYPE_EXCEPTION)).singleElement()
			.satisfies((incident) -> assertThat(incident.trace().traceId()).isEqualTo(server.traceId()));
	}

	@Test
	void aStatusOf500MarksTheSpansOfBothSides() throws Exception {
		shop.get("/fails?port=" + shop.port());
		assertThat(shop.spans().only("http get /unavailable").error()).hasMessageContaining("503");
		assertThat(shop.spans().only(Kind.CLIENT).error()).hasMessageContaining("503");
	}

	@Test
	void aClientThatBeginsATraceIsNotReportedIfAParentIsRequired() throws Exception {
		Observation.createNotStarted("poll", () -> new SenderContext<>((carrier, key, value) -> {
		}, io.micrometer.observation.transport.Kind.CLIENT), shop.bean(ObservationRegistry.class)).observe(() -> {
		});
		shop.get("/event");
		shop.spans().only("http get /event");
		assertThat(shop.spans().all()).noneMatch((span) -> span.name().equals("poll"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ ShopController.class, Till.class })
	static class ShopApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(ShopApplication.class)
	static class OwnPropagation {

		@Bean
		OwnFactory propagationFactory() {
			return new OwnFactory();
		}

	}

	static class OwnFactory extends Propagation.Factory {

		private volatile int decorated;

		@Override
		public Propagation<String> get() {
			return new W3CPropagation();
		}

		@Override
		public TraceContext decorate(TraceContext context) {
			this.decorated++;
			return context;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(ShopApplication.class)
	static class OwnCustomizer {

		@Bean
		TracingCustomizer ownPropagation() {
			return (builder) -> builder.propagationFactory(B3Propagation.FACTORY);
		}

	}

	static class Till {

		@Traced(value = "pay", tags = { "order = #order", "result = #result" })
		String pay(String order) {
			if (order.isEmpty()) {
				throw new IllegalArgumentException("no order");
			}
			return "receipt of " + order;
		}

	}

	@RestController
	static class ShopController {

		private static final Logger logger = LoggerFactory.getLogger(ShopController.class);

		private final Cairn cairn;

		private final Till till;

		private final RestClient client;

		ShopController(Cairn cairn, Till till, RestClient.Builder client) {
			this.cairn = cairn;
			this.till = till;
			this.client = client.build();
		}

		@GetMapping("/event")
		void event() {
			logger.info("event");
			this.cairn.event("shop.event").publish();
		}

		@GetMapping("/calls")
		void calls(String customer, int port) {
			this.cairn.bind("customer", customer);
			call(port, "/event");
		}

		@GetMapping("/fails")
		void fails(int port) {
			assertThatException().isThrownBy(() -> call(port, "/unavailable"));
		}

		private void call(int port, String path) {
			this.client.get().uri("http://127.0.0.1:" + port + path).retrieve().toBodilessEntity();
		}

		@GetMapping("/unavailable")
		ResponseEntity<String> unavailable() {
			return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).build();
		}

		@GetMapping("/pays")
		String pays(String order) {
			return this.till.pay(order);
		}

	}

}
