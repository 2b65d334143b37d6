package dev.cairn.spring.points;

import java.time.Duration;

import dev.cairn.testing.LogCapture;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lines about slow calls.
 */
class SlowCallTests {

	private final SlowCall calls = new SlowCall("order.place", Duration.ofMillis(500));

	@Test
	void aCallOfAtLeastTheLimitIsLogged() {
		try (LogCapture log = new LogCapture("dev.cairn.slow")) {
			this.calls.end(Duration.ofMillis(500).toNanos() - 1);
			assertThat(log.events()).isEmpty();
			this.calls.end(Duration.ofMillis(500).toNanos());
			assertThat(log.warnings()).singleElement()
				.isEqualTo("Cairn: order.place took 500 ms, at least its limit of 500 ms");
			assertThat(log.events().get(0).getKeyValuePairs()).extracting((pair) -> pair.key + "=" + pair.value)
				.containsExactly("meter=order.place", "duration_ms=500.0", "limit_ms=500.0", "unreported=0");
		}
	}

	@Test
	void aStormIsOneLine() {
		try (LogCapture log = new LogCapture("dev.cairn.slow")) {
			for (int i = 0; i < 1000; i++) {
				this.calls.end(Duration.ofSeconds(1).toNanos());
			}
			assertThat(log.events()).hasSize(1);
		}
	}

}
