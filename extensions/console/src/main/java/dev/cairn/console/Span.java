package dev.cairn.console;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

/**
 * An observed call within a unit of work. The thread that ends it writes what is known
 * then; until then it has no duration.
 */
final class Span {

	static final String TASK = "task";

	private static final String SERVER = "server";

	private static final int WEIGHT = 2 * Weights.OBJECT;

	/**
	 * Tags that contain a statement, by the instrumentations of JDBC, R2DBC and others.
	 */
	private static final String[] STATEMENTS = { "jdbc.query[0]", "r2dbc.query[0]", "db.query.text", "db.statement" };

	final Timeline timeline;

	final int id;

	/** The id of the span that contains it; 0 for none. */
	final int parent;

	final long startNanos;

	private final String startName;

	/** The name of the unit of work that it is, or {@code null} if it is a call. */
	private volatile @Nullable String work;

	private volatile @Nullable End end;

	Span(Timeline timeline, int id, int parent, String startName, long startNanos) {
		this.timeline = timeline;
		this.id = id;
		this.parent = parent;
		this.startName = Text.cut(startName, Timeline.MAX_NAME);
		this.startNanos = startNanos;
	}

	int weight() {
		return WEIGHT + Weights.of(this.startName);
	}

	/** Makes it the row of a unit of work. */
	void work(String name) {
		this.work = Text.cut(name, Timeline.MAX_NAME);
	}

	/**
	 * Ends the span, unless there is no room for what is known about it. That of a unit
	 * of work is ended by its observation as well, so what both have is joined.
	 * @param name the name
	 * @param label the name with more detail
	 * @param tags the tags, which are not modified any more
	 * @param error the failure, or {@code null}
	 */
	void end(String name, String label, Map<String, String> tags, @Nullable String error) {
		End before = this.end;
		long nanos = (before != null) ? before.nanos() : System.nanoTime() - this.startNanos;
		End known = new End(nanos, Text.cut(name, Timeline.MAX_NAME), Text.cut(label, Timeline.MAX_NAME),
				(before != null) ? joined(before.tags(), cut(tags)) : cut(tags),
				(error == null && before != null) ? before.error() : error);
		boolean room = this.timeline.reserve(known.weight() - ((before != null) ? before.weight() : 0));
		this.end = room ? known
				: (before != null) ? before : new End(nanos, this.startName, this.startName, Map.of(), null);
	}

	private static Map<String, String> joined(Map<String, String> some, Map<String, String> others) {
		Map<String, String> joined = new LinkedHashMap<>(some);
		joined.putAll(others);
		return joined;
	}

	private static Map<String, String> cut(Map<String, String> tags) {
		if (tags.values().stream().allMatch((value) -> value.length() <= Timeline.MAX_TEXT)) {
			return tags;
		}
		Map<String, String> cut = new LinkedHashMap<>();
		tags.forEach((key, value) -> cut.put(key, Text.cut(value, Timeline.MAX_TEXT)));
		return cut;
	}

	String name() {
		End known = this.end;
		return (known != null) ? known.name() : this.startName;
	}

	/** An observation without a name of its own has that of the work. */
	String label() {
		End known = this.end;
		String label = (known != null) ? known.label() : this.startName;
		String named = this.work;
		return (named != null && label.equals(name())) ? named : label;
	}

	/** Returns the duration, or -1 if it has not ended. */
	long nanos() {
		End known = this.end;
		return (known != null) ? known.nanos() : -1;
	}

	@Nullable String error() {
		End known = this.end;
		return (known != null) ? known.error() : null;
	}

	Map<String, String> tags() {
		End known = this.end;
		return (known != null) ? known.tags() : Map.of();
	}

	@Nullable String statement() {
		Map<String, String> tags = tags();
		for (String tag : STATEMENTS) {
			String statement = tags.get(tag);
			if (statement != null) {
				return statement;
			}
		}
		return null;
	}

	/** Returns whether it is the request itself. */
	boolean isServer() {
		return kind().equals(SERVER);
	}

	/** Returns whether it is a call of another system. */
	boolean isCall() {
		return switch (kind()) {
			case "http", "redis", "kafka", "messaging" -> true;
			// The others are its connection and its results
			case "sql" -> statement() != null || name().endsWith("query");
			default -> false;
		};
	}

	String kind() {
		if (this.work != null) {
			return TASK;
		}
		String name = name().toLowerCase(Locale.ROOT);
		if (name.startsWith("http.server")) {
			return SERVER;
		}
		if (name.startsWith("http.client")) {
			return "http";
		}
		if (name.startsWith("jdbc") || name.startsWith("r2dbc")) {
			return "sql";
		}
		if (name.contains("kafka")) {
			return "kafka";
		}
		if (name.contains("redis") || name.startsWith("lettuce")) {
			return "redis";
		}
		if (name.contains("rabbit") || name.contains("jms")) {
			return "messaging";
		}
		if (name.startsWith("cache")) {
			return "cache";
		}
		if (name.startsWith("spring.security")) {
			return "security";
		}
		return "other";
	}

	/** The end of a span. */
	private record End(long nanos, String name, String label, Map<String, String> tags, @Nullable String error) {

		int weight() {
			return Weights.OBJECT + Weights.of(this.name) + Weights.of(this.label) + Weights.of(this.tags)
					+ Weights.of(this.error);
		}

	}

}
