package dev.cairn;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
	void saysInTheHeaderThatItIsNotSampled() {
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

}
