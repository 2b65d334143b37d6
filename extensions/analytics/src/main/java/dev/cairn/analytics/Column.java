package dev.cairn.analytics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A field that has a column of its own, so that queries over it are fast.
 *
 * @param field the name of the field
 * @param type the type of the column
 */
record Column(String field, String type) {

	/** The columns that each file has, with their types. */
	static final Map<String, String> FIXED = fixed();

	private static final Set<String> TYPES = Set.of("VARCHAR", "DOUBLE", "BIGINT", "BOOLEAN");

	private static final Pattern FIELD = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,99}");

	/**
	 * Checks a column.
	 * @throws IllegalArgumentException if there cannot be such a column
	 */
	Column {
		type = type.toUpperCase(Locale.ROOT);
		if (!TYPES.contains(type)) {
			throw new IllegalArgumentException("It must be one of VARCHAR, DOUBLE, BIGINT and BOOLEAN.");
		}
		if (!FIELD.matcher(field).matches()) {
			throw new IllegalArgumentException(
					"The name of a field that has a column consists of letters, digits, '_', '.' and '-'.");
		}
		if (FIXED.containsKey(name(field))) {
			throw new IllegalArgumentException("There is a column " + name(field) + " in any case.");
		}
	}

	private static Map<String, String> fixed() {
		Map<String, String> columns = new LinkedHashMap<>();
		for (String name : List.of("id", "type", "ts", "service", "environment", "release", "logger", "severity",
				"category", "payload", "hostname", "pid", "trace_id", "span_id", "visitor", "user_id", "session_id",
				"route", "method", "status", "duration_ms", "content_type", "browser", "os", "device_class", "robot",
				"country", "operator", "referrer", "error", "weight", "fields", "day")) {
			columns.put(name, "VARCHAR");
		}
		columns.putAll(Map.of("ts", "TIMESTAMP WITH TIME ZONE", "severity", "INTEGER", "pid", "BIGINT", "status",
				"INTEGER", "duration_ms", "DOUBLE", "robot", "BOOLEAN", "weight", "DOUBLE", "fields",
				"MAP(VARCHAR, VARCHAR)", "day", "DATE"));
		return Collections.unmodifiableMap(columns);
	}

	/** Returns the name of the column, which needs no quotes in a query. */
	String name() {
		return name(this.field);
	}

	private static String name(String field) {
		return field.toLowerCase(Locale.ROOT).replace('.', '_').replace('-', '_');
	}

}
