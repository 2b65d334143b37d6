package dev.cairn.integration;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import brave.Tracing;
import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.TraceContext;
import brave.sampler.Sampler;
import dev.cairn.Trace;
import dev.cairn.delivery.Accounts;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the sampling of the spans of Brave, by rules and by the tail.
 */
class BraveSamplingTests {

	private static final String TAIL = "cairn.tracing.tail.enabled=true";

	@Test
	void aRuleDecidesByTheNameOfTheObservation() {
		try (Service service = Service.startWithoutWeb(Application.class, "cairn.sampling.rules[0].signal=span",
				"cairn.sampling.rules[0].name=clean*", "cairn.sampling.rules[0].rate=0")) {
			observe(service, "cleanup", null);
			observe(service, "other", null);
			service.bean(Tracing.class).tracer().newTrace().name("manual").start().finish();
			assertThat(names(service)).containsExactly("other", "manual");
		}
	}

	@Test
	void theMessageAndTheTraceOfARequestAgree() throws Exception {
		try (Service service = Service.start(Application.class, "cairn.requests.trace-header=traceparent",
				"cairn.sampling.rules[0].signal=span", "cairn.sampling.rules[0].route=/orders/{id}",
				"cairn.sampling.rules[0].rate=0.5", "cairn.sampling.rules[1].signal=request",
				"cairn.sampling.rules[1].rate=0.5")) {
			Set<String> kept = new HashSet<>();
			for (int i = 0; i < 64; i++) {
				Trace trace = Trace
					.parse(service.get("/orders/" + i).headers().firstValue("traceparent").orElseThrow());
				if (trace.sampled()) {
					kept.add(trace.traceId());
				}
			}
			assertThat(kept).hasSizeBetween(1, 63);
			Awaitility.await()
				.untilAsserted(() -> assertThat(
						service.spans().all().stream().map(MutableSpan::traceId).collect(Collectors.toSet()))
					.isEqualTo(kept));
			Awaitility.await()
				.untilAsserted(() -> assertThat(service.messages("http.request")
					.stream()
					.map((message) -> message.trace().traceId())
					.collect(Collectors.toSet())).isEqualTo(kept));
		}
	}

	@Test
	void aSamplerOfTheTracerReplacesTheRules() {
		try (Service service = Service.startWithoutWeb(OwnSampler.class, "cairn.sampling.rules[0].signal=span",
				"cairn.sampling.rules[0].rate=0")) {
			observe(service, "cleanup", null);
			assertThat(names(service)).containsExactly("cleanup");
		}
	}

	@Test
	void aSamplerOfTheApplicationMayHaveTheNameOfBootsOne() {
		try (Service service = Service.startWithoutWeb(SameName.class, "cairn.sampling.rules[0].signal=span",
				"cairn.sampling.rules[0].rate=0")) {
			observe(service, "cleanup", null);
			assertThat(names(service)).containsExactly("cleanup");
		}
	}

	@Test
	void aHandlerReceivesTheEndOfEachSpanAndTheLossesAreCounted() {
		Handler handler;
		Accounts ledger;
		try (Service service = Service.startWithoutWeb(HandlerApplication.class, TAIL, "cairn.tracing.tail.slow=0",
				"cairn.sampling.rules[0].signal=span", "cairn.sampling.rules[0].rate=0")) {
			handler = service.bean(Handler.class);
			ledger = service.bean(Accounts.class);
			observe(service, "work", null);
			assertThat(handler.open).isEmpty();
			ObservationRegistry registry = service.bean(ObservationRegistry.class);
			Observation.start("open", registry)
				.scoped(() -> Observation.createNotStarted("step", registry).observe(() -> {
				}));
			assertThat(handler.open).hasSize(2);
		}
		assertThat(handler.open).hasSize(1);
		assertThat(ledger.failures()).containsEntry("span held by cairn.tracing.tail", 1L);
	}

	@Test
	void theTailExportsWhatFailsWithItsSpans() {
		try (Service service = Service.startWithoutWeb(Application.class, TAIL, "cairn.tracing.tail.slow=0",
				"cairn.sampling.rules[0].signal=span", "cairn.sampling.rules[0].name=work",
				"cairn.sampling.rules[0].rate=0")) {
			observe(service, "work", null);
			assertThat(names(service)).isEmpty();
			observe(service, "work", new IllegalStateException("no"));
			assertThat(names(service)).containsExactly("step", "work");
			assertThat(service.spans().all()).allMatch((span) -> span.tag("partial") == null);
			observe(service, "kept", null);
			assertThat(names(service)).containsExactly("step", "work", "step", "kept");
		}
	}

	@Test
	void theTailExportsTheRequestThatFailsInATraceThatTheCallerDidNotSample() throws Exception {
		try (Service service = Service.start(Application.class, TAIL, "cairn.tracing.tail.slow=0")) {
			service.get("/orders/1", "b3", "0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-0");
			service.get("/fails", "b3", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0");
			MutableSpan span = service.spans().only("http get /fails");
			assertThat(span.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
			assertThat(span.tag("partial")).isEqualTo("true");
			assertThat(names(service)).doesNotContain("http get /orders/{id}");
		}
	}

	private static void observe(Service service, String name, RuntimeException failure) {
		ObservationRegistry registry = service.bean(ObservationRegistry.class);
		Observation observation = Observation.start(name, registry);
		try (Observation.Scope scope = observation.openScope()) {
			if (!name.equals("cleanup") && !name.equals("other")) {
				Observation.createNotStarted("step", registry).observe(() -> {
				});
			}
		}
		if (failure != null) {
			observation.error(failure);
		}
		observation.stop();
	}

	private static List<String> names(Service service) {
		return service.spans().all().stream().map(MutableSpan::name).toList();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@RestController
	static class Application {

		@GetMapping("/orders/{id}")
		String get() {
			return "seen";
		}

		@GetMapping("/fails")
		String fail() {
			throw new IllegalStateException("no");
		}

	}

	/** Holds something from the start of a span to its end. */
	static class Handler extends SpanHandler {

		private final Set<String> open = ConcurrentHashMap.newKeySet();

		@Override
		public boolean begin(TraceContext context, MutableSpan span, TraceContext parent) {
			return this.open.add(context.spanIdString());
		}

		@Override
		public boolean end(TraceContext context, MutableSpan span, Cause cause) {
			return this.open.remove(context.spanIdString());
		}

		@Override
		public boolean handlesAbandoned() {
			return true;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HandlerApplication extends Application {

		@Bean
		Handler handler() {
			return new Handler();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SameName extends Application {

		@Bean
		Sampler braveSampler() {
			return Sampler.ALWAYS_SAMPLE;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnSampler extends Application {

		@Bean
		Sampler sampler() {
			return Sampler.ALWAYS_SAMPLE;
		}

	}

}
