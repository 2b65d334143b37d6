package dev.cairn.spring.notify;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

import dev.cairn.spring.notify.Notification.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The rules for the error rate and the duration of requests: configured limits for the
 * last five minutes, and a comparison of each minute with those of the last hour.
 * Something unusual must last for two minutes. Each rule alerts when it begins to apply.
 * For one thread.
 */
final class RequestRules {

	static final int BASELINE_MINUTES = 60;

	private static final int WINDOW_MINUTES = 5;

	/** The least number of requests to judge. */
	private static final int MIN_REQUESTS = 20;

	private static final int MIN_BASELINE_REQUESTS = 100;

	private static final int MIN_BASELINE_MINUTES = 15;

	private static final int UNUSUAL_MINUTES = 2;

	private static final double ERROR_RATE_FLOOR = 0.01;

	private static final double LATENCY_FLOOR = 0.1;

	private static final double LATENCY_FLOOR_MILLIS = 5;

	private final @Nullable Double maxErrorRate;

	private final @Nullable Duration maxLatency;

	/** The last hour, the latest minute last. */
	private final Deque<RequestMinute> minutes = new ArrayDeque<>();

	private final Streak errorRate = new Streak(1);

	private final Streak latency = new Streak(1);

	private final Streak unusualErrorRate = new Streak(UNUSUAL_MINUTES);

	private final Streak unusualLatency = new Streak(UNUSUAL_MINUTES);

	RequestRules(@Nullable Double maxErrorRate, @Nullable Duration maxLatency) {
		this.maxErrorRate = maxErrorRate;
		this.maxLatency = maxLatency;
	}

	List<Alert> minuteEnded(RequestMinute minute) {
		List<Alert> alerts = new ArrayList<>();
		if (minute.requests() >= MIN_REQUESTS && isBaselineKnown()) {
			compareErrorRate(minute, alerts);
			compareLatency(minute, alerts);
		}
		this.minutes.addLast(minute);
		if (this.minutes.size() > BASELINE_MINUTES) {
			this.minutes.removeFirst();
		}
		checkLimits(alerts);
		return alerts;
	}

	private boolean isBaselineKnown() {
		return this.minutes.stream().filter((minute) -> minute.requests() > 0).count() >= MIN_BASELINE_MINUTES
				&& this.minutes.stream().mapToLong(RequestMinute::requests).sum() >= MIN_BASELINE_REQUESTS;
	}

	private Baseline baseline(ToDoubleFunction<RequestMinute> value) {
		return new Baseline(
				this.minutes.stream().filter((minute) -> minute.requests() > 0).mapToDouble(value).toArray());
	}

	/** With few requests, a rate varies by chance. */
	private void compareErrorRate(RequestMinute minute, List<Alert> alerts) {
		Baseline baseline = baseline(RequestMinute::errorRate);
		double expected = Math.max(baseline.median(), 1.0 / minute.requests());
		double chance = Math.sqrt(expected * (1 - expected) / minute.requests());
		if (this.unusualErrorRate.begins(minute.errorRate() > baseline.threshold(Math.max(ERROR_RATE_FLOOR, chance)))) {
			alerts.add(Alert.of("requests", Kind.UNUSUAL_ERROR_RATE, "Unusually many requests fail",
					"%s of the requests fail. The median of the last hour is %s.".formatted(percent(minute.errorRate()),
							percent(baseline.median())),
					minute.failures()));
		}
	}

	private void compareLatency(RequestMinute minute, List<Alert> alerts) {
		Baseline baseline = baseline(RequestMinute::meanMillis);
		double floor = Math.max(LATENCY_FLOOR_MILLIS, baseline.median() * LATENCY_FLOOR);
		if (this.unusualLatency.begins(minute.meanMillis() > baseline.threshold(floor))) {
			alerts.add(Alert.of("requests", Kind.UNUSUAL_LATENCY, "Requests take unusually long",
					"Requests take %s on average. The median of the last hour is %s."
						.formatted(millis(minute.meanMillis()), millis(baseline.median())),
					minute.requests()));
		}
	}

	private void checkLimits(List<Alert> alerts) {
		RequestMinute window = new RequestMinute();
		this.minutes.stream().skip(Math.max(0, this.minutes.size() - WINDOW_MINUTES)).forEach(window::add);
		if (window.requests() < MIN_REQUESTS) {
			return;
		}
		if (this.maxErrorRate != null && this.errorRate.begins(window.errorRate() > this.maxErrorRate)) {
			alerts.add(Alert.of("requests", Kind.ERROR_RATE, "Too many requests fail",
					"%s of the requests of the last five minutes failed. The limit is %s."
						.formatted(percent(window.errorRate()), percent(this.maxErrorRate)),
					window.failures()));
		}
		if (this.maxLatency != null && this.latency.begins(window.p99Millis() > this.maxLatency.toNanos() / 1e6)) {
			alerts
				.add(Alert.of("requests", Kind.LATENCY, "Requests take too long",
						"One of 100 requests of the last five minutes took %s or more. The limit is %s."
							.formatted(millis(window.p99Millis()), millis(this.maxLatency.toNanos() / 1e6)),
						window.requests()));
		}
	}

	private static String percent(double rate) {
		return String.format(Locale.ROOT, "%.1f %%", rate * 100);
	}

	private static String millis(double millis) {
		return String.format(Locale.ROOT, "%.0f ms", millis);
	}

	/** A condition that has to be met several times in a row. */
	private static final class Streak {

		private final int required;

		private int length;

		Streak(int required) {
			this.required = required;
		}

		boolean begins(boolean met) {
			this.length = met ? this.length + 1 : 0;
			return this.length == this.required;
		}

	}

}
