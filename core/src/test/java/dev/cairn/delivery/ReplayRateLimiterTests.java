package dev.cairn.delivery;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReplayRateLimiter}.
 */
class ReplayRateLimiterTests {

	private final ReplayRateLimiter pace = new ReplayRateLimiter(10);

	@Test
	void aBacklogThatGrowsGoesOutTwiceAsFast() {
		long start = 1;
		long first = this.pace.rest(500, 0, start);
		assertThat(first).isEqualTo(Duration.ofSeconds(50).toNanos());
		long second = this.pace.rest(500, 500_000, start + first);
		assertThat(second).isEqualTo(Duration.ofMillis(25).toNanos());
	}

	@Test
	void otherwiseTheRateHolds() {
		long now = 1;
		for (int i = 0; i < 5; i++) {
			now += this.pace.rest(10, 0, now);
		}
		assertThat(now).isEqualTo(1 + Duration.ofSeconds(5).toNanos());
	}

}
