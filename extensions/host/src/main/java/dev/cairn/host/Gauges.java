package dev.cairn.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How the gauges of several processes become one. The first rule whose pattern matches
 * the name applies; what no rule matches is summed.
 */
record Gauges(List<Rule> rules) {

	/** Values of the host or of one process, which a sum would multiply. */
	private static final List<String> KNOWN = List.of("system.cpu.count=max", "system.cpu.usage=max",
			"system.load.average.1m=max", "disk.free.*=max", "disk.total.*=max", "process.uptime=max",
			"process.start.time=max", "process.files.max.files=max", "application.ready.time*=max",
			"application.started.time*=max", "jvm.gc.overhead=max", "jvm.memory.usage.after.gc*=max");

	/**
	 * Parses rules such as {@code queue.*=max}.
	 * @throws IllegalArgumentException if one of them is invalid
	 */
	static Gauges of(List<String> declared) {
		List<Rule> rules = new ArrayList<>();
		declared.forEach((rule) -> rules.add(Rule.of(rule)));
		KNOWN.forEach((rule) -> rules.add(Rule.of(rule)));
		return new Gauges(rules);
	}

	double merge(String name, Map<Producer, Double> values) {
		return this.rules.stream()
			.filter((rule) -> rule.pattern().matcher(name).matches())
			.map(Rule::merge)
			.findFirst()
			.orElse(Merge.SUM)
			.merge(values);
	}

	record Rule(Pattern pattern, Merge merge) {

		static Rule of(String text) {
			int end = text.lastIndexOf('=');
			try {
				return new Rule(pattern(text.substring(0, end)),
						Merge.valueOf(text.substring(end + 1).strip().toUpperCase(Locale.ROOT)));
			}
			catch (RuntimeException ex) {
				throw new IllegalArgumentException(
						"A rule for gauges must be <pattern>=<sum|max|last|average>, but was '" + text + "'", ex);
			}
		}

		/** Supports the * wildcard. */
		private static Pattern pattern(String name) {
			return Pattern.compile(
					Arrays.stream(name.strip().split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
					Pattern.DOTALL);
		}

	}

	enum Merge {

		SUM((values) -> values.values().stream().mapToDouble(Double::doubleValue).sum()),

		MAX((values) -> values.values().stream().mapToDouble(Double::doubleValue).max().orElse(0)),

		AVERAGE((values) -> values.values().stream().mapToDouble(Double::doubleValue).average().orElse(0)),

		/** The value of the process that has started last. */
		LAST((values) -> values.entrySet()
			.stream()
			.max(Comparator.comparingLong((Map.Entry<Producer, Double> each) -> each.getKey().started())
				.thenComparing((each) -> each.getKey().name()))
			.map(Map.Entry::getValue)
			.orElse(0.0));

		private final ToDoubleFunction<Map<Producer, Double>> function;

		Merge(ToDoubleFunction<Map<Producer, Double>> function) {
			this.function = function;
		}

		double merge(Map<Producer, Double> values) {
			return this.function.applyAsDouble(values);
		}

	}

}
