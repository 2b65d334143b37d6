package dev.cairn.spring.notify;

import java.time.Duration;

import dev.cairn.spring.notify.Notification.Kind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NotificationLimiter}.
 */
class NotificationLimiterTests {

	private final MutableClock clock = new MutableClock();

	private final NotificationLimiter limiter = new NotificationLimiter(2, Duration.ofMinutes(90));

	private boolean admit(String about) {
		return this.limiter.admit(Alert.of(about, Kind.LOSS, "", "", 1), this.clock.instant());
	}

	@Test
	void admitsTheSameKeyOncePerTime() {
		assertThat(admit("a")).isTrue();
		assertThat(admit("a")).isFalse();
		this.clock.plus(Duration.ofMinutes(89));
		assertThat(admit("a")).isFalse();
		this.clock.plus(Duration.ofMinutes(1));
		assertThat(admit("a")).isTrue();
	}

	@Test
	void admitsTheMaximumPerHourAndSummarizesTheRest() {
		assertThat(admit("a")).isTrue();
		assertThat(admit("b")).isTrue();
		assertThat(admit("c")).isFalse();
		assertThat(admit("d")).isFalse();
		this.clock.plus(Duration.ofMinutes(59));
		assertThat(this.limiter.summaryOfLastHour(this.clock.instant())).isNull();
		this.clock.plus(Duration.ofMinutes(1));
		Alert summary = this.limiter.summaryOfLastHour(this.clock.instant());
		assertThat(summary.title()).isEqualTo("2 further notifications");
		assertThat(summary.text()).contains("loss: 2");
		assertThat(this.limiter.summaryOfLastHour(this.clock.instant())).isNull();
		assertThat(admit("c")).isTrue();
	}

	@Test
	void duplicatesAreNotSummarized() {
		admit("a");
		admit("a");
		assertThat(this.limiter.summary()).isNull();
	}

}
