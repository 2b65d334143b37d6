package dev.cairn.spring.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.cairn.metrics.CardinalityGuard;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.metrics.MeterStatistics;
import dev.cairn.metrics.StatisticsRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * Actuator endpoint that shows percentiles and rates over the last 1, 5 and 15 minutes,
 * and which tags have had too many values.
 */
@WebEndpoint(id = "cairnmetrics")
public final class CairnMetricsEndpoint {

	private static final Map<String, Duration> WINDOWS = windows();

	private static final String DEFAULT_WINDOW = "5m";

	private final StatisticsRegistry registry;

	private final CardinalityGuard guard;

	private final MeterSampling sampling;

	private final Supplier<List<String>> furtherConditions;

	/**
	 * Create the endpoint.
	 * @param registry what is known of the meters
	 * @param guard bounds the values of tags
	 * @param sampling knows what was sampled out
	 * @param furtherConditions those of the current request that stand behind an
	 * ampersand, which a browser takes for another parameter
	 */
	public CairnMetricsEndpoint(StatisticsRegistry registry, CardinalityGuard guard, MeterSampling sampling,
			Supplier<List<String>> furtherConditions) {
		this.registry = registry;
		this.guard = guard;
		this.sampling = sampling;
		this.furtherConditions = furtherConditions;
	}

	private static Map<String, Duration> windows() {
		Map<String, Duration> windows = new LinkedHashMap<>();
		windows.put("1m", Duration.ofMinutes(1));
		windows.put("5m", Duration.ofMinutes(5));
		windows.put("15m", Duration.ofMinutes(15));
		return windows;
	}

	/**
	 * Return the meters over one window.
	 * @param where which meters, such as {@code orders.* & p99>250ms}
	 * @param window {@code 1m}, {@code 5m} or {@code 15m}
	 * @return the meters; with the status 400 what is wrong with the question
	 */
	@ReadOperation
	public WebEndpointResponse<Map<String, Object>> meters(@Nullable String where, @Nullable String window) {
		String name = (window != null) ? window : DEFAULT_WINDOW;
		Duration length = WINDOWS.get(name);
		if (length == null) {
			return refused("window must be one of " + WINDOWS.keySet() + ", but was '" + window + "'");
		}
		try {
			return new WebEndpointResponse<>(meters(query(where), name, length));
		}
		catch (IllegalArgumentException ex) {
			return refused(String.valueOf(ex.getMessage()));
		}
	}

	private Map<String, Object> meters(MeterQuery query, String name, Duration length) {
		List<Map<String, Object>> meters = new ArrayList<>();
		for (MeterStatistics meter : this.registry.statistics()) {
			MeterView view = new MeterView(meter, length);
			if (query.matches(view)) {
				Map<String, Object> described = MeterView.describe(meter);
				described.putAll(view.numbers());
				meters.add(described);
			}
		}
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("window", name);
		answer.put("sampled_out", this.sampling.sampledOut());
		answer.put("folded", this.guard.folded());
		answer.put("meters", meters);
		return answer;
	}

	private MeterQuery query(@Nullable String where) {
		List<String> conditions = new ArrayList<>(this.furtherConditions.get());
		if (where != null) {
			conditions.add(where);
		}
		return new MeterQuery(conditions);
	}

	private static WebEndpointResponse<Map<String, Object>> refused(String reason) {
		return new WebEndpointResponse<>(Map.of("error", reason), WebEndpointResponse.STATUS_BAD_REQUEST);
	}

	/**
	 * Return the meters of a name over all windows.
	 * @param name the name
	 * @param buckets whether to add the buckets of the distributions: counts by bucket,
	 * which can be added to those of other processes
	 * @return the meters, or {@code null} without one of this name
	 */
	@ReadOperation
	public @Nullable Map<String, Object> meter(@Selector String name, @Nullable Boolean buckets) {
		List<Map<String, Object>> meters = new ArrayList<>();
		for (MeterStatistics meter : this.registry.statistics()) {
			if (meter.id().getName().equals(name)) {
				meters.add(describe(meter, Boolean.TRUE.equals(buckets)));
			}
		}
		return meters.isEmpty() ? null : Map.of("name", name, "meters", meters);
	}

	private static Map<String, Object> describe(MeterStatistics meter, boolean buckets) {
		Map<String, Object> described = MeterView.describe(meter);
		WINDOWS.forEach((name, length) -> {
			MeterView view = new MeterView(meter, length);
			Map<String, Object> numbers = view.numbers();
			if (buckets) {
				numbers.put("buckets", view.buckets());
			}
			described.put(name, numbers);
		});
		return described;
	}

}
