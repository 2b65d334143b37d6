package dev.cairn.spring.notify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import dev.cairn.spring.notify.Notification.Kind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestRules} with minutes of requests.
 */
class RequestRulesTests {

	private static final int DAY = 24 * 60;

	private final RequestRules unlimited = new RequestRules(null, null);

	private static RequestMinute minute(int requests, int failures, int millis) {
		RequestMinute minute = new RequestMinute();
		for (int i = 0; i < requests; i++) {
			minute.add(Duration.ofMillis(millis), i < failures);
		}
		return minute;
	}

	private static List<Kind> after(RequestRules rules, int minutes, RequestMinute minute) {
		List<Kind> kinds = new ArrayList<>();
		for (int i = 0; i < minutes; i++) {
			rules.minuteEnded(minute).forEach((alert) -> kinds.add(alert.kind()));
		}
		return kinds;
	}

	@Test
	void alertsOnceWhileTheErrorRateIsAboveItsLimit() {
		RequestRules rules = new RequestRules(0.1, null);
		assertThat(after(rules, 1, minute(100, 11, 10))).containsExactly(Kind.ERROR_RATE);
		assertThat(after(rules, 3, minute(100, 11, 10))).isEmpty();
		assertThat(after(rules, 5, minute(100, 0, 10))).isEmpty();
		assertThat(after(rules, 2, minute(100, 50, 10))).contains(Kind.ERROR_RATE);
	}

	@Test
	void acceptsAnErrorRateAtItsLimit() {
		assertThat(after(new RequestRules(0.1, null), 5, minute(100, 10, 10))).isEmpty();
	}

	@Test
	void alertsWhenTheSlowestRequestsExceedTheirLimit() {
		RequestRules rules = new RequestRules(null, Duration.ofMillis(500));
		RequestMinute minute = minute(95, 0, 10);
		minute.add(minute(5, 0, 900));
		assertThat(after(rules, 3, minute)).containsExactly(Kind.LATENCY);
	}

	@Test
	void acceptsASingleSlowRequest() {
		RequestRules rules = new RequestRules(null, Duration.ofMillis(500));
		RequestMinute minute = minute(199, 0, 10);
		minute.add(minute(1, 0, 900));
		assertThat(after(rules, 3, minute)).isEmpty();
	}

	@Test
	void doesNotJudgeFewRequests() {
		assertThat(after(new RequestRules(0.1, Duration.ofMillis(1)), 3, minute(3, 3, 500))).isEmpty();
	}

	@Test
	void noticesALatencyFarAboveItsBaseline() {
		assertThat(after(this.unlimited, 15, minute(50, 0, 100))).isEmpty();
		assertThat(after(this.unlimited, 1, minute(50, 0, 400))).isEmpty();
		assertThat(after(this.unlimited, 1, minute(50, 0, 400))).containsExactly(Kind.UNUSUAL_LATENCY);
		assertThat(after(this.unlimited, 5, minute(50, 0, 400))).isEmpty();
	}

	@Test
	void noticesAnErrorRateFarAboveItsBaseline() {
		assertThat(after(this.unlimited, 15, minute(50, 1, 100))).isEmpty();
		assertThat(after(this.unlimited, 2, minute(50, 25, 100))).containsExactly(Kind.UNUSUAL_ERROR_RATE);
	}

	@Test
	void acceptsOneUnusualMinute() {
		after(this.unlimited, 20, minute(50, 0, 100));
		assertThat(after(this.unlimited, 1, minute(50, 25, 400))).isEmpty();
		assertThat(after(this.unlimited, 20, minute(50, 0, 100))).isEmpty();
	}

	@Test
	void hasNoBaselineBeforeAHundredRequests() {
		after(this.unlimited, 20, minute(4, 0, 100));
		assertThat(after(this.unlimited, 2, minute(50, 25, 400))).isEmpty();
	}

	@Test
	void hasNoBaselineBeforeAQuarterOfAnHour() {
		after(this.unlimited, 13, minute(500, 0, 100));
		assertThat(after(this.unlimited, 2, minute(50, 25, 400))).isEmpty();
	}

	@Test
	void estimatesThePercentileWithinItsBucket() {
		RequestMinute minute = new RequestMinute();
		for (int i = 1; i <= 1000; i++) {
			minute.add(Duration.ofMillis(i), false);
		}
		assertThat(minute.p99Millis()).isBetween(990.0, 1115.0);
		assertThat(minute.meanMillis()).isEqualTo(500.5);
	}

	/**
	 * Seven days of requests whose number, duration and error rate follow the time of the
	 * day, with ten faults of each kind that last five minutes.
	 */
	@Test
	void findsAllFaultsInAWeekWithAtMostOneFalseAlarmADay() {
		Random random = new Random(20260301);
		Set<Integer> slow = new HashSet<>();
		Set<Integer> failing = new HashSet<>();
		for (int i = 0; i < 20; i++) {
			((i % 2 == 0) ? slow : failing).add(200 + i * 480 + random.nextInt(200));
		}
		Set<Integer> found = new HashSet<>();
		int[] falseAlarms = new int[7];
		for (int now = 0; now < 7 * DAY; now++) {
			int fault = now;
			int slowSince = slow.stream().filter((start) -> fault >= start && fault < start + 5).findAny().orElse(-1);
			int failingSince = failing.stream()
				.filter((start) -> fault >= start && fault < start + 5)
				.findAny()
				.orElse(-1);
			for (Alert alert : this.unlimited.minuteEnded(replay(random, now, slowSince >= 0, failingSince >= 0))) {
				int since = (alert.kind() == Kind.UNUSUAL_LATENCY) ? slowSince : failingSince;
				if (since >= 0) {
					found.add(since);
				}
				else {
					falseAlarms[now / DAY]++;
				}
			}
		}
		assertThat(found).hasSize(20);
		assertThat(Arrays.stream(falseAlarms).max().orElseThrow()).as("false alarms a day").isLessThanOrEqualTo(1);
	}

	private static RequestMinute replay(Random random, int now, boolean slow, boolean failing) {
		double load = 1 + 0.7 * Math.sin(2 * Math.PI * now / DAY);
		int requests = (int) (100 * load * (0.8 + 0.4 * random.nextDouble()));
		double errorRate = failing ? 0.3 : 0.005 * load;
		RequestMinute minute = new RequestMinute();
		for (int i = 0; i < requests; i++) {
			double millis = 60 * (1 + 0.3 * load) * Math.exp(0.8 * random.nextGaussian()) * (slow ? 4 : 1);
			minute.add(Duration.ofNanos((long) (millis * 1e6)), random.nextDouble() < errorRate);
		}
		return minute;
	}

}
