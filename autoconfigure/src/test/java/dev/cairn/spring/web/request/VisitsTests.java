package dev.cairn.spring.web.request;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Visits}.
 */
class VisitsTests {

	private final AtomicInteger full = new AtomicInteger();

	private Instant now = Instant.parse("2026-03-01T10:00:00Z");

	private Visits visits(boolean daily) {
		return new Visits(Duration.ofMinutes(30), daily, 100, SipHash.ofSecret("key")::hash, () -> this.now,
				this.full::incrementAndGet);
	}

	@Test
	void endWhenTheirVisitorIsInactive() {
		Visits visits = visits(false);
		String first = visits.of("v").id;
		assertThat(first).matches("[0-9a-f]{32}");
		for (int i = 0; i < 10; i++) {
			this.now = this.now.plus(Duration.ofMinutes(30));
			assertThat(visits.of("v").id).isEqualTo(first);
		}
		this.now = this.now.plus(Duration.ofMinutes(30)).plusMillis(1);
		assertThat(visits.of("v").id).isNotEqualTo(first);
	}

	@Test
	void endAfter24Hours() {
		Visits visits = visits(false);
		String first = visits.of("v").id;
		for (int i = 0; i < 71; i++) {
			this.now = this.now.plus(Duration.ofMinutes(20));
			assertThat(visits.of("v").id).isEqualTo(first);
		}
		this.now = this.now.plus(Duration.ofMinutes(20));
		assertThat(visits.of("v").id).isNotEqualTo(first);
	}

	@Test
	void endAtMidnightIfPseudonymsAreDaily() {
		this.now = Instant.parse("2026-03-01T23:59:59Z");
		Visits daily = visits(true);
		Visits others = visits(false);
		String first = daily.of("v").id;
		String other = others.of("v").id;
		String session = daily.ofSession("s").id;
		this.now = Instant.parse("2026-03-02T00:00:00Z");
		assertThat(daily.of("v").id).isNotEqualTo(first);
		assertThat(others.of("v").id).isEqualTo(other);
		assertThat(daily.ofSession("s").id).isNotEqualTo(session);
	}

	@Test
	void areSessionsOfTheApplicationInAllInstances() {
		String id = visits(false).ofSession("0123456789").id;
		assertThat(visits(false).ofSession("0123456789").id).isEqualTo(id).doesNotContain("0123456789");
		assertThat(visits(false).ofSession("other").id).isNotEqualTo(id);
	}

	@Test
	void haveABoundedNumberAndEndEarlyBeyondIt() {
		Visits visits = visits(false);
		String active = visits.of("active").id;
		String first = visits.of("visitor-0").id;
		for (int i = 0; i < 1000; i++) {
			visits.of("visitor-" + i);
			assertThat(visits.of("active").id).isEqualTo(active);
		}
		assertThat(visits.of("visitor-0").id).isEqualTo(first);
		this.now = this.now.plusMillis(1);
		for (int i = 0; i < 1000; i++) {
			visits.of("visitor-" + i);
		}
		assertThat(visits.of("visitor-0").id).isNotEqualTo(first);
		assertThat(this.full.get()).isPositive();
	}

}
