package dev.cairn.spring.switches;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.cairn.engine.Settings;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Rules for log entries, by their index or by the name of their meter.
 *
 * @param rules the indices of the rules by name
 */
record LogRuleKind(Map<String, Set<Integer>> rules) implements SwitchKind {

	static LogRuleKind of(Environment environment) {
		List<Map<String, Object>> configured = Binder.get(environment)
			.bind("cairn.logging.rules",
					Bindable.<List<Map<String, Object>>>of(ResolvableType.forClassWithGenerics(List.class,
							ResolvableType.forClassWithGenerics(Map.class, String.class, Object.class))))
			.orElseGet(List::of);
		Map<String, Set<Integer>> rules = new LinkedHashMap<>();
		for (int i = 0; i < configured.size(); i++) {
			rules.put(String.valueOf(i), Set.of(i));
		}
		for (int i = 0; i < configured.size(); i++) {
			Object meter = configured.get(i).get("meter");
			if (meter != null) {
				rules.computeIfAbsent(meter.toString(), (name) -> new TreeSet<>()).add(i);
			}
		}
		return new LogRuleKind(rules);
	}

	@Override
	public Collection<String> targets() {
		return this.rules.keySet();
	}

	@Override
	public Change change(SwitchRequest request, Settings now) {
		String target = known(request.requiredTarget());
		Set<Integer> indices = this.rules.getOrDefault(target, Set.of());
		boolean on = request.isOn();
		return new Change(target, SwitchKind.onOrOff(on), SwitchKind.onOrOff(!now.logRulesOff().containsAll(indices)),
				(settings) -> settings.withLogRulesOff(SwitchKind.switched(settings.logRulesOff(), indices, on)));
	}

}
