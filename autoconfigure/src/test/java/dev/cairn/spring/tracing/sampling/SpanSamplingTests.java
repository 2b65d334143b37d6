package dev.cairn.spring.tracing.sampling;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.NamePattern;
import dev.cairn.Sampler.Signal;
import dev.cairn.Trace;
import dev.cairn.engine.Settings;
import dev.cairn.engine.Settings.SamplingRule;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the sampling of the spans of OpenTelemetry, over real requests.
 */
class SpanSamplingTests {

	private static final String ALL = "management.tracing.sampling.probability=1";

	private static final String NONE = "management.tracing.sampling.probability=0";

	private static final String TRACEPARENT = "cairn.requests.trace-header=traceparent";

	private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

	@Test
	void aRuleDecidesByTheNameOfTheObservation() {
		try (RunningApplication application = start(ALL, "cairn.sampling.rules[0].signal=span",
				"cairn.sampling.rules[0].name=http.server.*", "cairn.sampling.rules[0].rate=0")) {
			request(application, "/orders/17");
			observe(application, "cleanup");
			assertThat(spans(application).names()).containsExactly("cleanup");
			assertThat(application.messages("order.viewed")).hasSize(1);
		}
	}

	@ParameterizedTest
	@CsvSource({ "/orders/17, /orders/{id}", "/orders/17/items, /orders/{id}/items", "/health, /health",
			"/orders/17, /ord*", "/orders/17/items, /orders/{id}/*" })
	void aRuleDecidesByThePathOfARequest(String path, String route) {
		try (RunningApplication application = start(NONE, "cairn.sampling.rules[0].signal=span",
				"cairn.sampling.rules[0].route=" + route)) {
			request(application, "/other");
			request(application, path);
			assertThat(spans(application).names()).hasSize(1);
		}
	}

	@Test
	void aVariableIsOneSegmentOfThePath() {
		try (RunningApplication application = start(NONE, "cairn.sampling.rules[0].signal=span",
				"cairn.sampling.rules[0].route=/orders/{id}")) {
			request(application, "/orders/17/items");
			assertThat(spans(application).names()).isEmpty();
		}
	}

	@Test
	void rulesWithoutASignalAndOfOtherSignalsDoNotApply() {
		try (RunningApplication application = start(ALL, "cairn.sampling.rules[0].signal=request",
				"cairn.sampling.rules[0].rate=0", "cairn.sampling.rules[1].rate=0")) {
			request(application, "/health");
			assertThat(spans(application).names()).hasSize(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "cairn.sampling.rules[2].signal=span,cairn.sampling.rules[2].rate=0.5",
			"management.tracing.sampling.probability=0.5" })
	void allSignalsOfARequestAgreeIfTheirRatesDo(String rate) {
		List<String> properties = new ArrayList<>(
				List.of(TRACEPARENT, "cairn.sampling.rules[0].signal=request", "cairn.sampling.rules[0].rate=0.5",
						"cairn.sampling.rules[1].signal=event", "cairn.sampling.rules[1].rate=0.5",
						"cairn.logging.rules[0].logger=shop.*", "cairn.logging.rules[0].message=true"));
		properties.addAll(List.of(rate.split(",")));
		try (RunningApplication application = start(properties.toArray(String[]::new))) {
			Set<String> kept = new HashSet<>();
			for (int i = 0; i < 64; i++) {
				Trace trace = Trace
					.parse(application.get("/orders/" + i).headers().firstValue("traceparent").orElseThrow());
				assertThat(trace).isNotNull();
				if (trace.sampled()) {
					kept.add(trace.traceId());
				}
			}
			assertThat(kept).hasSizeBetween(1, 63);
			RunningApplication.await(() -> spans(application).traceIds().equals(kept));
			RunningApplication.await(() -> traceIds(application, Message.TYPE_HTTP_REQUEST).equals(kept));
			assertThat(traceIds(application, "order.viewed")).isEqualTo(kept);
			assertThat(traceIds(application, Message.TYPE_LOG)).isEqualTo(kept);
		}
	}

	@Test
	void aChangeActsAtOnce() {
		try (RunningApplication application = start(ALL)) {
			request(application, "/health");
			assertThat(spans(application).names()).hasSize(1);
			application.bean(Settings.Holder.class)
				.update((settings) -> settings.withSamplingRules(List.of(new SamplingRule(Signal.SPAN, NamePattern.ANY,
						null, null, NamePattern.of("/health"), null, null, 0))));
			request(application, "/health");
			assertThat(spans(application).names()).hasSize(1);
			application.bean(Settings.Holder.class).update((settings) -> settings.withSamplingRules(List.of()));
			request(application, "/health");
			assertThat(spans(application).names()).hasSize(2);
		}
	}

	@ParameterizedTest
	@CsvSource({ "01, 0, 1", "00, 1, 0" })
	void theDecisionOfTheCallerIsFollowed(String flags, double rate, int spans) {
		try (RunningApplication application = start("cairn.sampling.rules[0].signal=span",
				"cairn.sampling.rules[0].rate=" + rate)) {
			request(application, "/health", "traceparent", "00-" + TRACE_ID + "-b7ad6b7169203331-" + flags);
			assertThat(spans(application).traceIds().contains(TRACE_ID)).isEqualTo(spans == 1);
		}
	}

	@Test
	void aSpanWithoutAnObservationHasItsOwnName() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class, NONE,
				"cairn.sampling.rules[0].signal=span", "cairn.sampling.rules[0].name=manual")) {
			Tracer tracer = application.bean(Tracer.class);
			tracer.spanBuilder("manual").startSpan().end();
			tracer.spanBuilder("other").startSpan().end();
			observe(application, "third");
			assertThat(spans(application).names()).containsExactly("manual");
		}
	}

	@Test
	void anObservationThatIsNotInScopeDecidesAboutItsOwnTraceOnly() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class, NONE,
				"cairn.sampling.rules[0].signal=span", "cairn.sampling.rules[0].name=child")) {
			ObservationRegistry registry = application.bean(ObservationRegistry.class);
			Observation parent = Observation.start("parent", registry);
			Observation child = Observation.createNotStarted("child", registry).parentObservation(parent).start();
			application.bean(Tracer.class).spanBuilder("manual").startSpan().end();
			child.stop();
			parent.stop();
			assertThat(spans(application).names()).isEmpty();
		}
	}

	@Test
	void aSamplerOfTheApplicationDecidesAboutSpansToo() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(OwnRules.class, NONE)) {
			observe(application, "cleanup");
			observe(application, "fails");
			observe(application, "other");
			assertThat(spans(application).names()).containsExactly("cleanup");
			assertThat(application.ledger().failures()).containsKey("the sampler");
		}
	}

	@Test
	void aSamplerOfTheTracerReplacesTheRules() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(OwnSampler.class,
				"cairn.sampling.rules[0].signal=span", "cairn.sampling.rules[0].rate=0")) {
			observe(application, "cleanup");
			assertThat(spans(application).names()).containsExactly("cleanup");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "cairn.tracing.enabled=false", "cairn.enabled=false" })
	void theRulesCanBeSwitchedOff(String property) {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class, ALL, property,
				"cairn.sampling.rules[0].signal=span", "cairn.sampling.rules[0].rate=0")) {
			observe(application, "cleanup");
			assertThat(spans(application).names()).containsExactly("cleanup");
			assertThat(application.bean(SdkTracerProvider.class).toString()).contains("TraceIdRatioBased");
		}
	}

	private static RunningApplication start(String... properties) {
		return RunningApplication.start(Application.class,
				Stream
					.concat(Stream.of(properties),
							Stream.of("server.tomcat.threads.max=1", "server.tomcat.threads.min-spare=1"))
					.toArray(String[]::new));
	}

	/** The only thread of the server takes the next request after the end of this one. */
	private static void request(RunningApplication application, String path, String... headers) {
		application.get(path, headers);
		application.get(ExportedSpans.NEXT);
	}

	private static ExportedSpans spans(RunningApplication application) {
		return application.bean(ExportedSpans.class);
	}

	private static void observe(RunningApplication application, String name) {
		Observation.createNotStarted(name, application.bean(ObservationRegistry.class)).observe(() -> {
		});
	}

	private static Set<String> traceIds(RunningApplication application, String type) {
		return application.messages(type)
			.stream()
			.map((message) -> Objects.requireNonNull(message.trace()).traceId())
			.collect(Collectors.toSet());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@RestController
	static class Application {

		private static final Logger logger = LoggerFactory.getLogger("shop.Orders");

		@Bean
		ExportedSpans exportedSpans() {
			return new ExportedSpans();
		}

		@Bean
		SimpleSpanProcessor spanProcessor(ExportedSpans spans) {
			return (SimpleSpanProcessor) SimpleSpanProcessor.create(spans);
		}

		@GetMapping({ "/orders/{id}", "/orders/{id}/items", "/health", "/other" })
		String view() {
			logger.info("viewed");
			Cairn.get().event("order.viewed").publish();
			return "seen";
		}

		@GetMapping(ExportedSpans.NEXT)
		String next() {
			return "next";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRules extends Application {

		@Bean
		dev.cairn.Sampler sampler() {
			return (candidate) -> switch (candidate.name()) {
				case "cleanup" -> 1;
				case "fails" -> throw new IllegalStateException("no");
				default -> candidate.requestedRate();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnSampler extends Application {

		@Bean
		Sampler otelSampler() {
			return Sampler.alwaysOn();
		}

	}

}
