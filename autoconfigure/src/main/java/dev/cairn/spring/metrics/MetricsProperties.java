package dev.cairn.spring.metrics;

import java.time.Duration;

import dev.cairn.metrics.SlowCalls;
import dev.cairn.spring.core.InvalidProperty;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Meters.
 *
 * @param enabled Whether Cairn's metric calls make meters, sampling rules apply to
 * meters, their tags are redacted and bounded, and the Ledger is shown as meters.
 * @param maxTagValues Number of values that a tag of a meter may have; further ones count
 * as 'other'.
 * @param statistics What the service itself knows of its meters.
 * @param slowCalls Calls that are told since they are unusually slow.
 */
@ConfigurationProperties("cairn.metrics")
record MetricsProperties(@DefaultValue("true") boolean enabled, @DefaultValue("500") int maxTagValues,
		@DefaultValue StatisticsProperties statistics, @DefaultValue SlowCallsProperties slowCalls) {

	int checkedMaxTagValues() {
		InvalidProperty.requireRange("cairn.metrics.max-tag-values", this.maxTagValues, this.maxTagValues, 1,
				1_000_000);
		return this.maxTagValues;
	}

	/**
	 * What the service itself knows of its meters.
	 *
	 * @param enabled Whether percentiles and rates over the last 1, 5 and 15 minutes are
	 * kept.
	 */
	record StatisticsProperties(@DefaultValue("true") boolean enabled) {
	}

	/**
	 * Calls that are told since they are unusually slow.
	 *
	 * @param enabled Whether they are told, by a line in the log.
	 * @param factor How many times as long as the 99th percentile of its timer, over the
	 * last 15 minutes, a call takes before it is told.
	 * @param leastDuration How long a call takes at least before it is told.
	 * @param perMinute Number of lines a minute at the most.
	 */
	record SlowCallsProperties(@DefaultValue("true") boolean enabled, @DefaultValue("10") double factor,
			@DefaultValue("100ms") Duration leastDuration, @DefaultValue("6") int perMinute) {

		SlowCalls toSlowCalls() {
			if (!this.enabled) {
				return SlowCalls.NONE;
			}
			if (!this.leastDuration.isZero()) {
				InvalidProperty.requireDuration("cairn.metrics.slow-calls.least-duration", this.leastDuration);
			}
			InvalidProperty.requireRange("cairn.metrics.slow-calls.per-minute", this.perMinute, this.perMinute, 1,
					60_000);
			return InvalidProperty.check("cairn.metrics.slow-calls.factor", this.factor,
					() -> new SlowCalls(this.factor, this.leastDuration, this.perMinute));
		}

	}

}
