package dev.cairn.engine;

import java.util.List;
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

	private final Map<String, Preset> presets;

	private final Accounts accounts;

	private final WarnOnce unknown = new WarnOnce(LoggerFactory.getLogger(Presets.class));

	Presets(Map<String, Preset> presets, Accounts accounts) {
		this.presets = Map.copyOf(presets);
		this.accounts = accounts;
	}

	/** Takes the last preset first, since each gives only what is not set yet. */
	void applyTo(EventBuilder event) {
		for (int i = event.presets.size() - 1; i >= 0; i--) {
			Preset preset = event.presets.get(i);
			preset.fields().forEach(event.fields::addIfAbsent);
			event.category = (event.category != null) ? event.category : preset.category();
			event.severity = (event.severity != null) ? event.severity : preset.severity();
			event.logger = (event.logger != null) ? event.logger : preset.logger();
			event.rate = (event.rate != null) ? event.rate : preset.rate();
		}
		event.presets = List.of();
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

}
