package dev.cairn.spring.context;

import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.Trace;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.util.ContentCachingResponseWrapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that all that a service without a tracer reports of a request has one id, which
 * it receives from its caller and passes on.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnitTracesTests {

	private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

	private static final String CALLER = "00-" + TRACE_ID + "-00f067aa0ba902b7-01";

	private RunningApplication application;

	@BeforeAll
	void start() {
		this.application = startWith();
	}

	@BeforeEach
	void forget() {
		this.application.forget();
	}

	@AfterAll
	void stop() {
		this.application.close();
	}

	private static RunningApplication startWith(String... properties) {
		String[] all = Arrays.copyOf(properties, properties.length + 1);
		all[properties.length] = RunningApplication.WITHOUT_TRACER;
		return RunningApplication.startWithSentry(ShopApplication.class, all);
	}

	@Test
	void oneIdIsInTheLinesTheMessagesTheIncidentAndTheAnswer(CapturedOutput output) {
		HttpResponse<String> answer = this.application.get("/fails");
		String id = answer.headers().firstValue("X-Trace-Id").orElseThrow();
		assertThat(id).matches("[0-9a-f]{32}");
		Message incident = this.application.onlyIncident();
		assertThat(incident.trace().traceId()).isEqualTo(id);
		assertThat(this.application.messages("shop.fails")).singleElement()
			.extracting((message) -> message.trace().traceId())
			.isEqualTo(id);
		assertThat(this.application.requests("/fails")).singleElement()
			.extracting((message) -> message.trace().traceId())
			.isEqualTo(id);
		assertThat(RunningApplication.logEvents())
			.filteredOn((event) -> event.getFormattedMessage().startsWith("fails for"))
			.last()
			.extracting(ILoggingEvent::getMDCPropertyMap)
			.isEqualTo(Map.of("traceId", id, "spanId", incident.trace().spanId()));
		assertThat(output).containsPattern("\\[" + id + "-[0-9a-f]{16}].*fails for");
		RunningApplication.await(() -> !this.application.sentry().events().isEmpty());
		assertThat(this.application.sentry().events()).last()
			.extracting((event) -> event.at("/contexts/trace/trace_id").asString())
			.isEqualTo(id);
	}

	@Test
	void theTraceOfTheCallerIsContinued() {
		assertThat(this.application.get("/event", "traceparent", CALLER).headers().firstValue("X-Trace-Id"))
			.contains(TRACE_ID);
		Trace trace = this.application.messages("shop.event").get(0).trace();
		assertThat(trace.traceId()).isEqualTo(TRACE_ID);
		assertThat(trace.spanId()).isNotEqualTo("00f067aa0ba902b7");
		assertThat(trace.sampled()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "nonsense", "00-" + TRACE_ID + "-00f067aa0ba902b7", "00-x-y-z",
			"00-00000000000000000000000000000000-00f067aa0ba902b7-01" })
	void aMalformedHeaderBeginsAnotherTrace(String traceparent) {
		long before = malformed();
		assertThat(this.application.get("/event", "traceparent", traceparent).headers().firstValue("X-Trace-Id")).get()
			.asString()
			.matches("[0-9a-f]{32}")
			.isNotEqualTo(TRACE_ID);
		assertThat(malformed()).isEqualTo(before + 1);
	}

	private long malformed() {
		return this.application.ledger().failures().getOrDefault("malformed header traceparent", 0L);
	}

	@Test
	void aValidHeaderIsNotCounted() {
		long before = malformed();
		this.application.get("/event", "traceparent", CALLER);
		this.application.get("/event");
		assertThat(malformed()).isEqualTo(before);
	}

	@Test
	void theTraceOfACallerWithB3IsContinuedAndPassedOnInTheSelectedFormats() {
		try (RunningApplication other = startWith("management.tracing.propagation.produce=w3c,b3")) {
			HttpResponse<String> answer = other.get("/calls?port=" + other.port(), "b3",
					TRACE_ID + "-00f067aa0ba902b7-1");
			Trace received = Trace.parse(answer.body());
			assertThat(received).isNotNull();
			assertThat(received.traceId()).isEqualTo(TRACE_ID);
			assertThat(other.messages("shop.event")).singleElement()
				.extracting((message) -> message.trace().traceId())
				.isEqualTo(TRACE_ID);
		}
	}

	@ParameterizedTest
	@CsvSource({ "b3, 'b3=TRACE-SPAN-1'", "b3_multi, 'x-b3-sampled=1, x-b3-spanid=SPAN, x-b3-traceid=TRACE'",
			"w3c, 'traceparent=00-TRACE-SPAN-01'" })
	void aClientSendsTheHeadersOfTheSelectedFormatOnly(String format, String headers) {
		try (RunningApplication other = startWith("management.tracing.propagation.produce=" + format)) {
			assertThat(other.get("/calls-headers?port=" + other.port(), "traceparent", CALLER).body())
				.matches(headers.replace("TRACE", TRACE_ID).replace("SPAN", "[0-9a-f]{16}"))
				.doesNotContain("00f067aa0ba902b7");
		}
	}

	@Test
	void aTracerContinuesB3AndMalformedHeadersAreCounted() {
		try (RunningApplication traced = RunningApplication.start(ShopApplication.class)) {
			assertThat(traced.get("/event", "b3", TRACE_ID + "-00f067aa0ba902b7-1").headers().firstValue("X-Trace-Id"))
				.contains(TRACE_ID);
			assertThat(traced.ledger().failures()).isEmpty();
			assertThat(traced.get("/event", "traceparent", "00-x").headers().firstValue("X-Trace-Id")).get()
				.asString()
				.matches("[0-9a-f]{32}");
			assertThat(traced.ledger().failures()).containsEntry("malformed header traceparent", 1L);
		}
	}

	@Test
	void ofSeveralTracesNoneIsValid() {
		assertThat(this.application.get("/event", "traceparent", CALLER, "traceparent", CALLER.replace("4bf", "5bf"))
			.headers()
			.firstValue("X-Trace-Id")).get().asString().matches("[0-9a-f]{32}").doesNotEndWith(TRACE_ID.substring(3));
	}

	@Test
	void eachRequestHasATraceOfItsOwn() {
		this.application.get("/event");
		this.application.get("/event");
		assertThat(this.application.messages("shop.event")).extracting((message) -> message.trace().traceId())
			.doesNotHaveDuplicates();
	}

	@Test
	void aClientPassesTheTraceOn() {
		HttpResponse<String> answer = this.application.get("/calls?port=" + this.application.port(), "traceparent",
				CALLER);
		Trace received = Trace.parse(answer.body());
		assertThat(received).isNotNull();
		assertThat(received.traceId()).isEqualTo(TRACE_ID);
		assertThat(received.sampled()).isTrue();
		assertThat(this.application.messages("shop.event")).singleElement()
			.extracting((message) -> message.trace().traceId())
			.isEqualTo(TRACE_ID);
	}

	@Test
	void anIdThatTheApplicationHasSetIsLeft() {
		assertThat(this.application.get("/own").body()).isEqualTo("own");
	}

	@Test
	void idsAndHeadersOfAFilterOfTheApplicationAreLeft() {
		HttpResponse<String> answer = this.application.get("/ids", "X-Own-Span", "own-span", "traceparent", CALLER);
		assertThat(answer.body()).isEqualTo(TRACE_ID + " own-span");
		assertThat(answer.headers().firstValue("X-After")).contains("own-span");
		assertThat(answer.headers().allValues("X-Trace-Id")).containsExactly("own-header");
	}

	@Test
	void nothingIsLeftOnTheThread() {
		this.application.get("/event");
		assertThat(MDC.get("traceId")).isNull();
		assertThat(UnitOfWork.current()).isNull();
	}

	@Test
	void theHeadersAndTheIdsCanBeSwitchedOff() {
		try (RunningApplication other = startWith("cairn.requests.trace-header=")) {
			assertThat(other.get("/event").headers().map()).doesNotContainKeys("x-trace-id", "server-timing");
			assertThat(other.messages("shop.event").get(0).trace()).isNotNull();
		}
		try (RunningApplication other = startWith("cairn.requests.trace-header=traceparent",
				"cairn.requests.server-timing=true")) {
			HttpResponse<String> answer = other.get("/event");
			String traceparent = answer.headers().firstValue("traceparent").orElseThrow();
			assertThat(Trace.parse(traceparent)).isNotNull();
			assertThat(answer.headers().allValues("Server-Timing"))
				.containsExactly("traceparent;desc=\"" + traceparent + "\"");
		}
		try (RunningApplication other = startWith("cairn.tracing.enabled=false")) {
			assertThat(other.get("/event").headers().map()).doesNotContainKey("x-trace-id");
			assertThat(other.messages("shop.event").get(0).trace()).isNull();
			assertThat(other.get("/calls?port=" + other.port()).body()).isEqualTo("none");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@RestController
	static class ShopApplication {

		private static final Logger logger = LoggerFactory.getLogger(ShopApplication.class);

		private final Cairn cairn;

		private final RestClient client;

		ShopApplication(Cairn cairn, ObservationRegistry observations) {
			this.cairn = cairn;
			this.client = RestClient.builder().observationRegistry(observations).build();
		}

		@GetMapping("/fails")
		String fails() {
			logger.info("fails for a reason");
			this.cairn.event("shop.fails").publish();
			throw new IllegalStateException("fails");
		}

		@GetMapping("/event")
		String event(@RequestHeader HttpHeaders headers) {
			this.cairn.event("shop.event").publish();
			return String.valueOf(headers.getOrDefault("traceparent", List.of("none")).get(0));
		}

		@GetMapping("/calls")
		String calls(@RequestParam int port) {
			return call(port, "/event");
		}

		@GetMapping("/calls-headers")
		String callsHeaders(@RequestParam int port) {
			return call(port, "/headers");
		}

		private String call(int port, String path) {
			return this.client.get().uri("http://127.0.0.1:" + port + path).retrieve().body(String.class);
		}

		/** Those of traces. */
		@GetMapping("/headers")
		String headers(@RequestHeader Map<String, String> headers) {
			return headers.entrySet()
				.stream()
				.map((header) -> header.getKey().toLowerCase(Locale.ROOT) + "=" + header.getValue())
				.filter((header) -> header.contains("b3") || header.startsWith("traceparent"))
				.sorted()
				.collect(Collectors.joining(", "));
		}

		@GetMapping("/ids")
		String ids() {
			return MDC.get("traceId") + " " + MDC.get("spanId");
		}

		@Bean
		static FilterRegistrationBean<Filter> ownIds() {
			FilterRegistrationBean<Filter> filter = new FilterRegistrationBean<>((request, response, chain) -> {
				String span = ((HttpServletRequest) request).getHeader("X-Own-Span");
				if (span == null) {
					chain.doFilter(request, response);
					if ("own".equals(MDC.get("traceId"))) {
						MDC.remove("traceId");
					}
					return;
				}
				MDC.put("spanId", span);
				((HttpServletResponse) response).setHeader("X-Trace-Id", "own-header");
				ContentCachingResponseWrapper cached = new ContentCachingResponseWrapper(
						(HttpServletResponse) response);
				chain.doFilter(request, cached);
				cached.setHeader("X-After", MDC.get("spanId"));
				MDC.remove("spanId");
				cached.copyBodyToResponse();
			});
			filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
			return filter;
		}

		@GetMapping("/own")
		String own() {
			MDC.put("traceId", "own");
			return MDC.get("traceId");
		}

	}

}
