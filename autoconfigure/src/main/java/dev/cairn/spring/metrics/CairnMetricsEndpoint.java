package dev.cairn.spring.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import dev.cairn.metrics.StatisticsRegistry;
import io.micrometer.core.instrument.Meter;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * Actuator endpoint that shows percentiles and rates over the last 1, 5 and 15 minutes,
 * and which tags had too many values.
 */
@WebEndpoint(id = "cairnmetrics")
final class CairnMetricsEndpoint {

	private static final Map<String, Duration> WINDOWS = windows();

	private static final String DEFAULT_WINDOW = "5m";

	private final StatisticsRegistry registry;

	private final CardinalityGuard guard;

	CairnMetricsEndpoint(StatisticsRegistry registry, CardinalityGuard guard) {
		this.registry = registry;
		this.guard = guard;
	}

	private static Map<String, Duration> windows() {
		Map<String, Duration> windows = new LinkedHashMap<>();
		windows.put("1m", Duration.ofMinutes(1));
		windows.put("5m", Duration.ofMinutes(5));
		windows.put("15m", Duration.ofMinutes(15));
		return windows;
	}

	/**
	 * Returns the meters that match all conditions, over one window.
	 * @param where the conditions, such as {@code orders.*}, {@code country=de} or
	 * {@code p99>250ms}
	 * @param window {@code 1m}, {@code 5m} or {@code 15m}
	 * @return the meters, or the status 400 and the reason if a parameter is invalid
	 */
	@ReadOperation
	public WebEndpointResponse<Map<String, Object>> meters(@Nullable List<String> where, @Nullable String window) {
		String name = (window != null) ? window : DEFAULT_WINDOW;
		Duration length = WINDOWS.get(name);
		if (length == null) {
			return refuse("window must be one of " + WINDOWS.keySet() + ", but was '" + window + "'");
		}
		try {
			Predicate<MeterView> condition = (where != null)
					? where.stream().map(MeterCondition::parse).reduce((meter) -> true, Predicate::and)
					: (meter) -> true;
			return new WebEndpointResponse<>(meters(condition, name, length));
		}
		catch (IllegalArgumentException ex) {
			return refuse(String.valueOf(ex.getMessage()));
		}
	}

	private Map<String, Object> meters(Predicate<MeterView> condition, String name, Duration length) {
		List<Map<String, Object>> meters = new ArrayList<>();
		for (Meter.Id id : this.registry.windowedMeters()) {
			MeterView view = view(id, length);
			if (view != null && condition.test(view)) {
				Map<String, Object> description = MeterView.describe(id);
				description.putAll(view.numbers());
				meters.add(description);
			}
		}
		Map<String, Object> response = new LinkedHashMap<>();
		response.put("window", name);
		response.put("folded", this.guard.folded());
		response.put("meters", meters);
		return response;
	}

	private @Nullable MeterView view(Meter.Id id, Duration length) {
		StatisticsRegistry.Window window = this.registry.window(id, length);
		return (window != null) ? new MeterView(id, window) : null;
	}

	private static WebEndpointResponse<Map<String, Object>> refuse(String reason) {
		return new WebEndpointResponse<>(Map.of("error", reason), WebEndpointResponse.STATUS_BAD_REQUEST);
	}

	/**
	 * Returns the meters with a name, over all windows.
	 * @param name the name
	 * @param buckets whether to include the buckets of the distributions, which can be
	 * merged with those of other processes
	 * @return the meters, or {@code null} if there is none
	 */
	@ReadOperation
	public @Nullable Map<String, Object> meter(@Selector String name, @Nullable Boolean buckets) {
		List<Map<String, Object>> meters = this.registry.windowedMeters()
			.stream()
			.filter((id) -> id.getName().equals(name))
			.map((id) -> describe(id, Boolean.TRUE.equals(buckets)))
			.toList();
		return meters.isEmpty() ? null : Map.of("name", name, "meters", meters);
	}

	private Map<String, Object> describe(Meter.Id id, boolean buckets) {
		Map<String, Object> description = MeterView.describe(id);
		WINDOWS.forEach((name, length) -> {
			MeterView view = view(id, length);
			if (view != null) {
				Map<String, Object> numbers = view.numbers();
				if (buckets) {
					numbers.put("buckets", view.buckets());
				}
				description.put(name, numbers);
			}
		});
		return description;
	}

}
