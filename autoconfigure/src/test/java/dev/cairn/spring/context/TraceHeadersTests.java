package dev.cairn.spring.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.cairn.Trace;
import dev.cairn.spring.context.TraceHeaders.Caller;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TraceHeaders} and {@link TraceFormat}.
 */
class TraceHeadersTests {

	private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

	private static final String SPAN_ID = "00f067aa0ba902b7";

	private final List<String> malformed = new ArrayList<>();

	private final MockEnvironment environment = new MockEnvironment();

	private Caller read(String... namesAndValues) {
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		for (int i = 0; i < namesAndValues.length; i += 2) {
			headers.put(namesAndValues[i], namesAndValues[i + 1]);
		}
		return headers().read(headers::get);
	}

	private TraceHeaders headers() {
		return TraceHeaders.of(this.environment, this.malformed::add);
	}

	private Map<String, String> written(Trace trace) {
		Map<String, String> headers = new TreeMap<>();
		headers().write(trace, headers::put);
		return headers;
	}

	@Test
	void thereIsNoCallerWithoutHeaders() {
		assertThat(read()).isEqualTo(new Caller(null, null));
		assertThat(this.malformed).isEmpty();
	}

	@Test
	void allFormatsAreRead() {
		Caller sampled = new Caller(new Trace(TRACE_ID, SPAN_ID, true), true);
		assertThat(read("traceparent", "00-" + TRACE_ID + "-" + SPAN_ID + "-01")).isEqualTo(sampled);
		assertThat(read("b3", TRACE_ID + "-" + SPAN_ID + "-1")).isEqualTo(sampled);
		assertThat(read("b3", TRACE_ID + "-" + SPAN_ID + "-d-" + SPAN_ID)).isEqualTo(sampled);
		assertThat(read("x-b3-traceid", TRACE_ID, "x-b3-spanid", SPAN_ID, "x-b3-sampled", "1")).isEqualTo(sampled);
		assertThat(read("X-B3-TraceId", TRACE_ID, "X-B3-SpanId", SPAN_ID, "X-B3-Flags", "1")).isEqualTo(sampled);
		assertThat(read("X-B3-TraceId", TRACE_ID, "X-B3-SpanId", SPAN_ID, "X-B3-Sampled", "true")).isEqualTo(sampled);
		Caller unsampled = new Caller(new Trace(TRACE_ID, SPAN_ID, false), false);
		assertThat(read("b3", TRACE_ID + "-" + SPAN_ID + "-0")).isEqualTo(unsampled);
		assertThat(read("X-B3-TraceId", TRACE_ID, "X-B3-SpanId", SPAN_ID, "X-B3-Sampled", "0")).isEqualTo(unsampled);
		assertThat(this.malformed).isEmpty();
	}

	@Test
	void b3MayHaveNoDecisionOrOnlyTheDecision() {
		Caller undecided = new Caller(new Trace(TRACE_ID, SPAN_ID, false), null);
		assertThat(read("b3", TRACE_ID + "-" + SPAN_ID)).isEqualTo(undecided);
		assertThat(read("X-B3-TraceId", TRACE_ID, "X-B3-SpanId", SPAN_ID)).isEqualTo(undecided);
		assertThat(read("b3", "0")).isEqualTo(new Caller(null, false));
		assertThat(read("b3", "1")).isEqualTo(new Caller(null, true));
		assertThat(read("X-B3-Sampled", "0")).isEqualTo(new Caller(null, false));
		assertThat(read("X-B3-Flags", "1")).isEqualTo(new Caller(null, true));
		assertThat(this.malformed).isEmpty();
	}

	@Test
	void anIdOf64BitsIsPadded() {
		Caller caller = read("b3", SPAN_ID + "-" + SPAN_ID + "-1");
		assertThat(caller.trace()).isEqualTo(new Trace("0000000000000000" + SPAN_ID, SPAN_ID, true));
	}

	@Test
	void w3cComesFirst() {
		String other = "0af7651916cd43dd8448eb211c80319c";
		assertThat(read("b3", other + "-" + SPAN_ID + "-1", "traceparent", "00-" + TRACE_ID + "-" + SPAN_ID + "-00"))
			.isEqualTo(new Caller(new Trace(TRACE_ID, SPAN_ID, false), false));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "2", "4bf92f3577b34da6a3ce929d0e0e4736",
			"00000000000000000000000000000000-00f067aa0ba902b7-1",
			"4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-1",
			"4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-1",
			"4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-2",
			"4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1-x\r\nX-Evil: 1" })
	void aMalformedHeaderIsCountedAndIgnored(String b3) {
		assertThat(read("b3", b3)).isEqualTo(new Caller(null, null));
		assertThat(this.malformed).containsExactly("b3");
	}

	@Test
	void eachMalformedFormatIsCounted() {
		assertThat(read("traceparent", "00-x", "b3", "y", "X-B3-TraceId", TRACE_ID)).isEqualTo(new Caller(null, null));
		assertThat(this.malformed).containsExactly("traceparent", "b3", "X-B3-TraceId");
	}

	@Test
	void spanIdAloneOrADecisionThatIsNoneIsMalformed() {
		read("X-B3-TraceId", TRACE_ID, "X-B3-SpanId", SPAN_ID, "X-B3-Sampled", "maybe");
		read("X-B3-SpanId", SPAN_ID, "X-B3-Sampled", "1");
		assertThat(this.malformed).containsExactly("X-B3-TraceId", "X-B3-TraceId");
	}

	@Test
	void aValidFormatIsUsedInPlaceOfAMalformedOne() {
		assertThat(read("traceparent", "x", "b3", TRACE_ID + "-" + SPAN_ID + "-1").trace()).isNotNull();
		assertThat(this.malformed).containsExactly("traceparent");
	}

	@Test
	void theFormatsAreThoseOfBootsProperties() {
		Trace trace = new Trace(TRACE_ID, SPAN_ID, true);
		assertThat(written(trace)).containsOnlyKeys("traceparent");
		this.environment.setProperty("management.tracing.propagation.produce", "b3, b3-multi");
		assertThat(written(trace)).isEqualTo(Map.of("b3", TRACE_ID + "-" + SPAN_ID + "-1", "X-B3-TraceId", TRACE_ID,
				"X-B3-SpanId", SPAN_ID, "X-B3-Sampled", "1"));
		this.environment.setProperty("management.tracing.propagation.consume", "b3");
		assertThat(read("traceparent", trace.traceparent()).trace()).isNull();
		this.environment.setProperty("management.tracing.propagation.type", "w3c");
		assertThat(written(trace)).containsOnlyKeys("traceparent");
		assertThat(read("traceparent", trace.traceparent()).trace()).isNotNull();
		this.environment.setProperty("management.tracing.propagation.type", "b4");
		assertThatExceptionOfType(BindException.class).isThrownBy(this::headers)
			.withMessageContaining("management.tracing.propagation.type");
	}

	@Test
	void whatIsWrittenIsRead() {
		this.environment.setProperty("management.tracing.propagation.produce", "b3,b3_multi,w3c");
		for (boolean sampled : new boolean[] { true, false }) {
			Trace trace = Trace.begin(sampled);
			written(trace).forEach((name, value) -> {
				if (!name.startsWith("X-B3-")) {
					assertThat(read(name, value)).isEqualTo(new Caller(trace, sampled));
				}
			});
		}
	}

}
