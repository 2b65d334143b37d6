package dev.cairn.spring.core;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.cairn.Category;
import dev.cairn.Severity;
import dev.cairn.engine.Preset;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What events have in common.
 *
 * @param presets Values for events that call for them by the name of the preset.
 */
@ConfigurationProperties("cairn")
record PresetsProperties(@DefaultValue Map<String, PresetProperties> presets) {

	Map<String, Preset> toPresets() {
		Map<String, Preset> made = new LinkedHashMap<>();
		this.presets.forEach((name, preset) -> made.put(name, preset.toPreset("cairn.presets." + name)));
		return made;
	}

	/**
	 * Values for events that do not give their own.
	 *
	 * @param fields Fields by name.
	 * @param category What kind of data it is.
	 * @param severity How severe it is.
	 * @param rate Fraction to keep, 0 (none) to 1 (all).
	 * @param logger Who speaks.
	 */
	record PresetProperties(@DefaultValue Map<String, Object> fields, @Nullable Category category,
			@Nullable Severity severity, @Nullable Double rate, @Nullable String logger) {

		Preset toPreset(String property) {
			return InvalidProperty.check(property + ".rate", this.rate,
					() -> new Preset(this.fields, this.category, this.severity, this.rate, this.logger));
		}

	}

}
