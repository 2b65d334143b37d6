package dev.cairn.spring.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import dev.cairn.engine.Settings;
import dev.cairn.engine.Settings.SamplingRule;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;

/**
 * Compares the current settings with those of the configuration, in which no point, type
 * or sink is overridden.
 */
record SwitchedSettings(Settings.Holder current, List<SamplingRule> configured) {

	/** Returns what is overridden, in the order of the settings. */
	Map<String, List<?>> overrides(boolean showValues) {
		Settings settings = this.current.get();
		Map<String, List<?>> overrides = new LinkedHashMap<>();
		List<?> rules = describe(settings.samplingRules(), showValues);
		if (!describe(settings.samplingRules(), true).equals(describe(this.configured, true))) {
			overrides.put("sampling_rules", rules);
		}
		if (!settings.points().isEmpty()) {
			overrides.put("points",
					settings.points()
						.entrySet()
						.stream()
						.sorted(Map.Entry.comparingByKey())
						.map((point) -> describe(point.getKey(), point.getValue(), showValues))
						.toList());
		}
		if (!settings.typesOff().isEmpty()) {
			overrides.put("types_off", List.copyOf(new TreeSet<>(settings.typesOff())));
		}
		if (!settings.sinksOff().isEmpty()) {
			overrides.put("sinks_off", List.copyOf(new TreeSet<>(settings.sinksOff())));
		}
		if (!settings.logRulesOff().isEmpty()) {
			overrides.put("log_rules_off", List.copyOf(new TreeSet<>(settings.logRulesOff())));
		}
		if (!settings.instrumentsOff().isEmpty()) {
			overrides.put("instruments_off", List.copyOf(new TreeSet<>(settings.instrumentsOff())));
		}
		return overrides;
	}

	private static List<Map<String, Object>> describe(List<SamplingRule> rules, boolean showValues) {
		return rules.stream().map((rule) -> {
			Map<String, Object> described = new LinkedHashMap<>();
			put(described, "signal", rule.signal(), showValues);
			put(described, "name", rule.name(), showValues);
			put(described, "severity", rule.severity(), showValues);
			put(described, "exception", rule.exception(), showValues);
			put(described, "route", rule.route(), showValues);
			put(described, "status", rule.status(), showValues);
			put(described, "message", rule.message(), showValues);
			described.put("rate", rule.rate());
			return described;
		}).toList();
	}

	private static Map<String, Object> describe(String name, Settings.Point point, boolean showValues) {
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("name", name);
		described.put("enabled", point.enabled());
		put(described, "condition", point.condition(), showValues);
		Map<String, Object> fields = new LinkedHashMap<>();
		point.fields().forEach((field, expression) -> put(fields, field, expression, showValues));
		described.put("fields", fields);
		return described;
	}

	private static void put(Map<String, Object> described, String key, @Nullable Object value, boolean showValues) {
		if (value != null) {
			described.put(key, showValues ? Redactor.DEFAULT.redact(key, value.toString()) : PropertyRedaction.MASK);
		}
	}

}
