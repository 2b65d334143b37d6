package dev.cairn.analytics;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The period, the filter and the parameters of a report.
 *
 * @param from the first moment
 * @param to the moment after the last one
 * @param robots whether messages of robots count
 * @param limit the maximum number of rows
 * @param values the parameters of the report by name
 */
record ReportQuery(Instant from, Instant to, boolean robots, int limit, Map<String, String> values) {

	static final int MAX_LIMIT = 10_000;

	/**
	 * Checks the query.
	 * @throws IllegalArgumentException if it has no answer
	 */
	ReportQuery {
		if (!from.isBefore(to)) {
			throw new IllegalArgumentException("from must be before to, but was " + from + " and " + to + ".");
		}
		if (limit < 1 || limit > MAX_LIMIT) {
			throw new IllegalArgumentException("limit must be 1 to " + MAX_LIMIT + ", but was " + limit + ".");
		}
		values = Map.copyOf(values);
	}

	/** Returns a parameter that has one of some values; the first of them by default. */
	String oneOf(String name, String... allowed) {
		String value = this.values.getOrDefault(name, allowed[0]);
		if (!List.of(allowed).contains(value)) {
			throw new IllegalArgumentException(
					name + " must be one of " + String.join(", ", allowed) + ", but was '" + value + "'.");
		}
		return value;
	}

	/** Returns the configured funnel that is named, or the only one. */
	FunnelSteps funnel(Map<String, FunnelSteps> funnels) {
		String name = this.values.get("funnel");
		if (name == null && funnels.size() == 1) {
			return funnels.values().iterator().next();
		}
		@Nullable FunnelSteps funnel = (name != null) ? funnels.get(name) : null;
		if (funnel == null) {
			throw new IllegalArgumentException(
					funnels.isEmpty() ? "There is no funnel. Set cairn.analytics.funnels.<name>.steps."
							: "funnel must be one of " + String.join(", ", funnels.keySet().stream().sorted().toList())
									+ ", but was '" + name + "'.");
		}
		return funnel;
	}

}
