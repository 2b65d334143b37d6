package dev.cairn.analytics;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A question that is answered from the archive. Its statement is a resource, which uses
 * the views {@code events} and {@code activity}, named parameters, and only functions
 * that DuckDB and Spark have, or that {@code duckdb.sql} defines.
 */
enum Report {

	/** Page views, people and visits. */
	TRAFFIC,

	/** The people that reach each step of a configured funnel. */
	FUNNEL,

	/** The people that come back. */
	RETENTION,

	/** The people that did one thing and then another, by segment. */
	CONVERSION,

	/** Failures by release and kind. */
	ERRORS,

	/** Durations of requests by route. */
	LATENCY,

	/** The events that occur most. */
	EVENTS,

	/** All types of events with their fields. */
	CATALOGUE;

	/** Returns the values of the parameters of the statement, without the limit. */
	Map<String, @Nullable Object> parameters(ReportQuery query, Map<String, FunnelSteps> funnels) {
		return switch (this) {
			case TRAFFIC -> Map.of("by", query.oneOf("by", "day", "route", "country", "browser"));
			case FUNNEL -> query.funnel(funnels).parameters();
			case RETENTION -> Map.of("who", query.oneOf("who", "user", "visitor"), "period",
					query.oneOf("period", "day", "week", "month"));
			case CONVERSION -> conversion(query, query.funnel(funnels));
			case ERRORS, LATENCY, EVENTS, CATALOGUE -> Map.of();
		};
	}

	private static Map<String, @Nullable Object> conversion(ReportQuery query, FunnelSteps funnel) {
		String segment = query.oneOf("by", "browser", "os", "device_class", "country", "operator", "referrer",
				"release", "service");
		return Map.of("by", segment, "start", funnel.steps().get(0), "goal",
				funnel.steps().get(funnel.steps().size() - 1), "within", funnel.micros());
	}

	String sql() {
		return Database.resource("reports/" + wireName() + ".sql");
	}

	String wireName() {
		return name().toLowerCase(Locale.ROOT);
	}

	static Report of(String name) {
		for (Report each : values()) {
			if (each.wireName().equals(name)) {
				return each;
			}
		}
		throw new IllegalArgumentException("There is no report '" + name + "', only "
				+ String.join(", ", List.of(values()).stream().map(Report::wireName).toList()) + ".");
	}

}
