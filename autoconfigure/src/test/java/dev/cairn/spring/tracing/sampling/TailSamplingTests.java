package dev.cairn.spring.tracing.sampling;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@code cairn.tracing.tail} with OpenTelemetry, over real requests.
 */
class TailSamplingTests {

	private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

	private static final String TAIL = "cairn.tracing.tail.enabled=true";

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = start(Application.class, TAIL, "cairn.requests.trace-header=traceparent", "cairn.requests.slow=0",
				"cairn.sampling.rules[0].signal=span", "cairn.sampling.rules[0].route=/kept",
				"cairn.sampling.rules[1].signal=request", "cairn.sampling.rules[1].rate=0");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void forget() {
		application.get(ExportedSpans.NEXT);
		spans(application).clear();
		application.forget();
	}

	private static RunningApplication start(Class<?> source, String... properties) {
		return RunningApplication.start(source,
				Stream
					.concat(Stream.of(properties), Stream.of("server.tomcat.threads.max=1",
							"server.tomcat.threads.min-spare=1", "management.tracing.sampling.probability=0"))
					.toArray(String[]::new));
	}

	@Test
	void aRequestThatSucceedsIsNotExported() {
		request(application, "/works");
		assertThat(spans(application).all()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "/throws, http get /throws", "/unavailable, http get /unavailable" })
	void aRequestThatFailsIsExportedWholeAsASampledTrace(String path, String name) {
		String traceparent = request(application, path);
		assertThat(traceparent).endsWith("-00");
		assertThat(spans(application).names()).containsExactly("step", name);
		assertThat(spans(application).all()).allSatisfy((span) -> {
			assertThat(span.getSpanContext().isSampled()).isTrue();
			assertThat(traceparent).contains(span.getTraceId());
			assertThat(partial(span)).isNull();
		});
		SpanData root = spans(application).all().get(1);
		assertThat(spans(application).all().get(0).getParentSpanId()).isEqualTo(root.getSpanId());
	}

	@Test
	void aRequestWithAnIncidentIsExportedLikeItsMessage() {
		request(application, "/captures");
		assertThat(spans(application).names()).containsExactly("http get /captures");
		RunningApplication.await(() -> !application.messages(Message.TYPE_HTTP_REQUEST).isEmpty());
		assertThat(application.messages(Message.TYPE_HTTP_REQUEST)).singleElement()
			.satisfies((message) -> assertThat(message.fields()).containsKey("error_id"));
	}

	@Test
	void aTraceThatIsSampledIsExported() {
		assertThat(request(application, "/kept")).endsWith("-01");
		assertThat(spans(application).names()).containsExactly("step", "http get /kept");
	}

	@Test
	void theFailureOfATraceThatTheCallerDidNotSampleIsPartial() {
		request(application, "/throws", "traceparent", "00-" + TRACE_ID + "-b7ad6b7169203331-00");
		assertThat(spans(application).names()).containsExactly("step", "http get /throws");
		assertThat(spans(application).all()).allSatisfy((span) -> {
			assertThat(span.getTraceId()).isEqualTo(TRACE_ID);
			assertThat(partial(span)).isTrue();
		});
	}

	@ParameterizedTest
	@CsvSource({ "cairn.tracing.tail.slow=1ns, true", "cairn.requests.slow=1ns, true", "cairn.requests.slow=0, false",
			"cairn.requests.slow=1h, false" })
	void aSlowRequestIsExported(String property, boolean exported) {
		try (RunningApplication slow = start(Application.class, TAIL, property)) {
			request(slow, "/works");
			assertThat(spans(slow).names()).hasSize(exported ? 2 : 0);
		}
	}

	@Test
	void failuresAreExportedWithASamplerOfTheApplication() {
		try (RunningApplication other = start(OwnSampler.class, TAIL, "cairn.tracing.tail.slow=0")) {
			request(other, "/works");
			request(other, "/throws");
			assertThat(spans(other).names()).containsExactly("step", "http get /throws");
		}
	}

	@ParameterizedTest
	@CsvSource({ "cairn.tracing.tail.enabled=false", TAIL + ";cairn.tracing.enabled=false",
			TAIL + ";cairn.enabled=false" })
	void itCanBeOff(String properties) {
		try (RunningApplication off = start(Application.class, properties.split(";"))) {
			request(off, "/throws");
			assertThat(spans(off).all()).isEmpty();
		}
	}

	@Test
	void aProcessorReceivesTheEndOfEachSpan() {
		Processor processor = application.bean(Processor.class);
		processor.open.clear();
		request(application, "/works");
		request(application, "/throws");
		assertThat(processor.ended).hasSizeGreaterThanOrEqualTo(4);
		RunningApplication.await(processor.open::isEmpty);
	}

	@Test
	void theAttributesAndTheStateOfTheSamplerAreKept() {
		TraceState state = TraceState.builder().put("vendor", "1").build();
		AttributeKey<String> key = AttributeKey.stringKey("reason");
		Sampler own = new Sampler() {

			@Override
			public SamplingResult shouldSample(Context parent, String traceId, String name, SpanKind kind,
					Attributes attributes, List<LinkData> links) {
				return new SamplingResult() {

					@Override
					public SamplingDecision getDecision() {
						return SamplingDecision.DROP;
					}

					@Override
					public Attributes getAttributes() {
						return Attributes.of(key, "quota");
					}

					@Override
					public TraceState getUpdatedTraceState(TraceState parentState) {
						return state;
					}

				};
			}

			@Override
			public String getDescription() {
				return "own";
			}

		};
		SamplingResult result = new OpenTelemetryTail.Recording(own).shouldSample(Context.root(), TRACE_ID, "span",
				SpanKind.INTERNAL, Attributes.empty(), List.of());
		assertThat(result.getDecision()).isEqualTo(SamplingDecision.RECORD_ONLY);
		assertThat(result.getAttributes().get(key)).isEqualTo("quota");
		assertThat(result.getUpdatedTraceState(TraceState.getDefault())).isEqualTo(state);
	}

	@Test
	void aTraceEndsWithoutAProcessor() {
		List<String> losses = new ArrayList<>();
		PendingTraces traces = new PendingTraces(Long.MAX_VALUE, 1, () -> 0,
				new Extensions(losses::add, UnaryOperator.identity()), losses::add);
		try (SdkTracerProvider provider = SdkTracerProvider.builder()
			.setSampler(new OpenTelemetryTail.Recording(Sampler.alwaysOff()))
			.addSpanProcessor(new OpenTelemetryTail(traces, List.of()))
			.build()) {
			for (int i = 0; i < 3; i++) {
				provider.get("test").spanBuilder("span").startSpan().end();
			}
			assertThat(losses).isEmpty();
		}
	}

	@Test
	void anInvalidDurationOfRequestsIsNamed() {
		assertThatException().isThrownBy(() -> new TailProperties(true, null, 1).slowNanos(Duration.ofSeconds(-1)))
			.withMessageContaining("cairn.requests.slow");
	}

	@ParameterizedTest
	@CsvSource({ "cairn.tracing.tail.max-spans, 0", "cairn.tracing.tail.max-spans, 1000001",
			"cairn.tracing.tail.slow, -1s", "cairn.tracing.tail.slow, soon" })
	void anInvalidValueFailsTheStart(String name, String value) {
		assertThatException()
			.isThrownBy(() -> RunningApplication.startWithoutWeb(Application.class, TAIL, name + "=" + value).close())
			.satisfies((ex) -> assertThat(causes(ex)).anyMatch((message) -> message.contains(name)));
	}

	private static List<String> causes(Throwable thrown) {
		return Stream.iterate(thrown, (ex) -> ex != null, Throwable::getCause).map(String::valueOf).toList();
	}

	private static Boolean partial(SpanData span) {
		return span.getAttributes().get(AttributeKey.booleanKey("partial"));
	}

	/** The only thread of the server takes the next request after the end of this one. */
	private static String request(RunningApplication application, String path, String... headers) {
		String traceparent = application.get(path, headers).headers().firstValue("traceparent").orElse("");
		application.get(ExportedSpans.NEXT);
		return traceparent;
	}

	private static ExportedSpans spans(RunningApplication application) {
		return application.bean(ExportedSpans.class);
	}

	/** Holds something from the start of a span to its end. */
	static class Processor implements SpanProcessor {

		private final Set<String> open = ConcurrentHashMap.newKeySet();

		private final List<String> ended = new CopyOnWriteArrayList<>();

		@Override
		public void onStart(Context parent, ReadWriteSpan span) {
			this.open.add(span.getSpanContext().getSpanId());
		}

		@Override
		public boolean isStartRequired() {
			return true;
		}

		@Override
		public void onEnd(ReadableSpan span) {
			this.open.remove(span.getSpanContext().getSpanId());
			this.ended.add(span.getName());
		}

		@Override
		public boolean isEndRequired() {
			return true;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@RestController
	static class Application {

		@Autowired
		private ObjectProvider<ObservationRegistry> observations;

		@Bean
		ExportedSpans exportedSpans() {
			return new ExportedSpans();
		}

		@Bean
		Processor processor() {
			return new Processor();
		}

		@Bean
		SimpleSpanProcessor spanProcessor(ExportedSpans spans) {
			return (SimpleSpanProcessor) SimpleSpanProcessor.create(spans);
		}

		@GetMapping({ "/works", "/kept" })
		String work() {
			step();
			return "done";
		}

		@GetMapping("/throws")
		String fail() {
			step();
			throw new IllegalStateException("no");
		}

		@GetMapping("/unavailable")
		ResponseEntity<String> refuse() {
			step();
			return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).build();
		}

		@GetMapping("/captures")
		String capture() {
			Cairn.get().capture(new IllegalStateException("handled"));
			return "done";
		}

		@GetMapping(ExportedSpans.NEXT)
		String next() {
			return "next";
		}

		private void step() {
			Observation.createNotStarted("step", this.observations.getObject()).observe(() -> {
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnSampler extends Application {

		@Bean
		Sampler sampler() {
			return Sampler.alwaysOff();
		}

	}

}
