package dev.cairn.spring.notify;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FailureGroups}.
 */
class FailureGroupsTests {

	private final MutableClock clock = new MutableClock();

	private final FailureGroups groups = new FailureGroups(Duration.ofHours(24));

	private FailureGroups.Seen record(long kind) {
		return this.groups.record(kind, this.clock.instant());
	}

	@Test
	void theFirstFailureOfAKindIsNew() {
		assertThat(record(1).isNew()).isTrue();
		assertThat(record(1).isNew()).isFalse();
		assertThat(record(2).isNew()).isTrue();
		assertThat(record(1).count()).isEqualTo(3);
	}

	@Test
	void aKindReturnsAfterAQuietTime() {
		record(1);
		this.clock.plus(Duration.ofHours(23));
		assertThat(record(1).hasReturned()).isFalse();
		this.clock.plus(Duration.ofHours(24));
		assertThat(record(1).hasReturned()).isTrue();
		assertThat(record(1).hasReturned()).isFalse();
	}

	@Test
	void forgetsTheKindThatHasNotFailedForTheLongestTime() {
		for (int i = 0; i < FailureGroups.MAX_KINDS; i++) {
			record(i);
		}
		record(0);
		record(FailureGroups.MAX_KINDS);
		assertThat(record(0).isNew()).isFalse();
		assertThat(record(1).isNew()).isTrue();
	}

}
