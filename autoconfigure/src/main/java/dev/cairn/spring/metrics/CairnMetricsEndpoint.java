package dev.cairn.spring.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

import dev.cairn.metrics.StatisticsRegistry;
import io.micrometer.core.instrument.Meter;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.Assert;

/**
 * Actuator endpoint that shows percentiles and rates over the last 1, 5 and 15 minutes,
 * and which tags had too many values.
 */
@WebEndpoint(id = "cairnmetrics")
final class CairnMetricsEndpoint {

	private static final List<String> WINDOWS = List.of("1m", "5m", "15m");

	private static final String DEFAULT_WINDOW = "5m";

	private final StatisticsRegistry registry;

	private final CardinalityGuard guard;

	CairnMetricsEndpoint(StatisticsRegistry registry, CardinalityGuard guard) {
		this.registry = registry;
		this.guard = guard;
	}

	/** Returns the meters that match all conditions, over one window. */
	@ReadOperation
	WebEndpointResponse<Map<String, Object>> meters(@Nullable List<String> where, @Nullable String window,
			@Nullable Boolean buckets) {
		String length = (window != null) ? window : DEFAULT_WINDOW;
		try {
			Assert.isTrue(WINDOWS.contains(length),
					() -> "window must be one of " + WINDOWS + ", but was '" + length + "'");
			Predicate<MeterView> condition = Conditions.parseAll((where != null) ? where : List.of(), new MeterTerms());
			Map<String, Object> response = new LinkedHashMap<>();
			response.put("window", length);
			response.put("folded", this.guard.folded());
			response.put("meters",
					this.registry.windowedMeters()
						.stream()
						.flatMap((id) -> view(id, length))
						.filter(condition)
						.map((view) -> view.description(Boolean.TRUE.equals(buckets)))
						.toList());
			return new WebEndpointResponse<>(response);
		}
		catch (IllegalArgumentException ex) {
			return new WebEndpointResponse<>(Map.of("error", String.valueOf(ex.getMessage())),
					WebEndpointResponse.STATUS_BAD_REQUEST);
		}
	}

	private Stream<MeterView> view(Meter.Id id, String length) {
		return Stream.ofNullable(this.registry.window(id, DurationStyle.SIMPLE.parse(length)))
			.map((window) -> new MeterView(id, window));
	}

	/** Returns the meters with a name, over all windows. */
	@ReadOperation
	@Nullable Map<String, Object> meter(@Selector String name, @Nullable Boolean buckets) {
		List<Map<String, Object>> meters = this.registry.windowedMeters()
			.stream()
			.filter((id) -> id.getName().equals(name))
			.map((id) -> describe(id, Boolean.TRUE.equals(buckets)))
			.toList();
		return meters.isEmpty() ? null : Map.of("name", name, "meters", meters);
	}

	private Map<String, Object> describe(Meter.Id id, boolean buckets) {
		Map<String, Object> description = MeterView.describe(id);
		for (String length : WINDOWS) {
			view(id, length).forEach((view) -> description.put(length, view.numbers(buckets)));
		}
		return description;
	}

}
