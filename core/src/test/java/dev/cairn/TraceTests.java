package dev.cairn;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Trace}.
 */
class TraceTests {

	private static final String SPAN_ID = "00f067aa0ba902b7";

	@Test
	void writesTheHeaderOfW3cTraceContext() {
		Trace trace = new Trace("4bf92f3577b34da6a3ce929d0e0e4736", SPAN_ID, true);
		assertThat(trace.traceparent()).isEqualTo("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
	}

	@Test
	void marksInTheHeaderThatItIsNotSampled() {
		Trace trace = new Trace("4bf92f3577b34da6a3ce929d0e0e4736", SPAN_ID, false);
		assertThat(trace.traceparent()).endsWith("-00");
	}

	@Test
	void padsAnIdOf64Bits() {
		Trace trace = new Trace("a3ce929d0e0e4736", "b7", true);
		assertThat(trace.traceId()).isEqualTo("0000000000000000a3ce929d0e0e4736");
		assertThat(trace.spanId()).isEqualTo("00000000000000b7");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "4BF92F3577B34DA6A3CE929D0E0E4736", "xyz", "4bf92f3577b34da6a3ce929d0e0e47360", "-1" })
	void refusesATraceIdThatIsNoLowerCaseHex(String traceId) {
		assertThatIllegalArgumentException().isThrownBy(() -> new Trace(traceId, SPAN_ID, true))
			.withMessageContaining("traceId")
			.withMessageContaining("'" + traceId + "'");
	}

	@Test
	void refusesASpanIdThatIsTooLong() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Trace("1", "00f067aa0ba902b7a", true))
			.withMessageContaining("spanId");
	}

	@Test
	void readsItsOwnHeader() {
		Trace trace = new Trace("4bf92f3577b34da6a3ce929d0e0e4736", SPAN_ID, true);
		assertThat(Trace.parse(trace.traceparent())).isEqualTo(trace);
		Trace dropped = new Trace("4bf92f3577b34da6a3ce929d0e0e4736", SPAN_ID, false);
		assertThat(Trace.parse(" " + dropped.traceparent() + " ")).isEqualTo(dropped);
	}

	@ParameterizedTest
	@ValueSource(strings = { "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03-what-comes",
			"fe-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" })
	void readsTheHeaderOfALaterVersion(String traceparent) {
		assertThat(Trace.parse(traceparent)).isEqualTo(new Trace("4bf92f3577b34da6a3ce929d0e0e4736", SPAN_ID, true));
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "-", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
			"00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
			"00-00000000000000000000000000000000-00f067aa0ba902b7-01",
			"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
			"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
			"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
			"01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
			"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
			"00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01", "00-4bf92f35\n77b34da6a3ce929d0e0e4736-00" })
	void readsNoMalformedHeader(@Nullable String traceparent) {
		assertThat(Trace.parse(traceparent)).isNull();
	}

	@Test
	void beginsATraceWithIdsOfItsOwn() {
		Trace trace = Trace.begin(true);
		assertThat(Trace.parse(trace.traceparent())).isEqualTo(trace);
		assertThat(Trace.begin(true).traceId()).isNotEqualTo(trace.traceId());
		assertThat(Trace.begin(false).sampled()).isFalse();
	}

	@Test
	void continuesWithAnotherSpan() {
		Trace trace = Trace.begin(false);
		Trace next = trace.nextSpan();
		assertThat(next.traceId()).isEqualTo(trace.traceId());
		assertThat(next.spanId()).isNotEqualTo(trace.spanId());
		assertThat(next.sampled()).isFalse();
		assertThat(Trace.parse(next.traceparent())).isEqualTo(next);
	}

}
