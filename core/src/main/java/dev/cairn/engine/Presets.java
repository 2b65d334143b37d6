package dev.cairn.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

import dev.cairn.delivery.Accounts;
import dev.cairn.engine.CairnBuilder.Preset;
import dev.cairn.internal.WarnOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The configured presets. An unknown one is counted and logged.
 */
final class Presets {

	static final Preset NONE = new Preset(Map.of(), null, null, null, null);

	private final Map<String, Preset> presets;

	private final Accounts accounts;

	private final WarnOnce unknown = new WarnOnce(LoggerFactory.getLogger(Presets.class));

	Presets(Map<String, Preset> presets, Accounts accounts) {
		this.presets = Map.copyOf(presets);
		this.accounts = accounts;
	}

	@Nullable Preset find(String name) {
		Preset preset = this.presets.get(name);
		if (preset == null) {
			this.accounts.failed("unknown preset");
			this.unknown.warn(name, () -> "the preset '" + name + "' does not exist; available presets are "
					+ new TreeSet<>(this.presets.keySet()) + ". Events are published without it");
		}
		return preset;
	}

	/** Returns a preset with the values of the later one, and else those of the other. */
	static Preset merge(Preset earlier, Preset later) {
		if (earlier == NONE) {
			return later;
		}
		Map<String, Object> fields = new LinkedHashMap<>(earlier.fields());
		fields.putAll(later.fields());
		return new Preset(fields, (later.category() != null) ? later.category() : earlier.category(),
				(later.severity() != null) ? later.severity() : earlier.severity(),
				(later.rate() != null) ? later.rate() : earlier.rate(),
				(later.logger() != null) ? later.logger() : earlier.logger());
	}

}
