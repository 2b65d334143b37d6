package dev.cairn.spring.metrics;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.cairn.metrics.StatisticsRegistry;
import dev.cairn.spring.core.InvalidProperty;
import io.micrometer.core.instrument.Clock;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of meters.
 *
 * @param enabled Whether metric calls create meters, sampling rules apply to meters, tags
 * are redacted and limited, and the Ledger is available as meters.
 * @param maxTagValues Number of values that a tag of a meter may have. Further values
 * count as 'other'.
 * @param maxSeries Number of combinations of meters and tag values. One meter may have a
 * tenth of them. Further combinations count as 'other', and further meters are not
 * recorded.
 * @param statistics Percentiles and rates in process.
 * @param slowCalls Calls that are unusually slow.
 */
@ConfigurationProperties("cairn.metrics")
record MetricsProperties(@DefaultValue("true") boolean enabled, @DefaultValue("500") int maxTagValues,
		@DefaultValue("20000") int maxSeries, @DefaultValue StatisticsProperties statistics,
		@DefaultValue SlowCallsProperties slowCalls) {

	int checkedMaxTagValues() {
		InvalidProperty.requireRange("cairn.metrics.max-tag-values", this.maxTagValues, this.maxTagValues, 1,
				1_000_000);
		return this.maxTagValues;
	}

	int checkedMaxSeries() {
		InvalidProperty.requireRange("cairn.metrics.max-series", this.maxSeries, this.maxSeries, 100, 10_000_000);
		return this.maxSeries;
	}

	/**
	 * Percentiles and rates in process.
	 *
	 * @param enabled Whether percentiles and rates over the last 1, 5 and 15 minutes are
	 * available.
	 */
	record StatisticsProperties(@DefaultValue("true") boolean enabled) {
	}

	/**
	 * Properties of annotations.
	 *
	 * @param enabled Whether Timed and Counted on beans are measured, and Traced is
	 * recorded.
	 */
	@ConfigurationProperties("cairn.annotations")
	record AnnotationsProperties(@DefaultValue("true") boolean enabled) {
	}

	/**
	 * Calls that are unusually slow.
	 *
	 * @param enabled Whether slow calls are logged.
	 * @param factor Multiple of the 99th percentile of a timer, over the last 15 minutes,
	 * above which a call is slow.
	 */
	record SlowCallsProperties(@DefaultValue("true") boolean enabled, @DefaultValue("10") double factor) {

		StatisticsRegistry registry(Clock clock, Supplier<TimeUnit> unit) {
			return InvalidProperty.check("cairn.metrics.slow-calls.factor", this.factor,
					() -> new StatisticsRegistry(clock, this.enabled ? this.factor : Double.POSITIVE_INFINITY, unit));
		}

	}

}
