package dev.cairn.spring.core;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@link Endpoint @Endpoint} to expose the properties of Cairn, and those of Spring Boot
 * that Cairn reads or changes, as they are in effect.
 */
@Endpoint(id = "cairnconfig")
record CairnConfigEndpoint(String service, EffectiveProperties properties, SwitchedSettings settings, Show showValues) {

	@ReadOperation
	ConfigDescriptor read() {
		return read(this.showValues.isShown(true));
	}

	ConfigDescriptor read(boolean showValues) {
		return new ConfigDescriptor(this.service, this.properties.cairn(showValues), this.properties.boot(showValues),
				this.settings.overrides(showValues));
	}

	/**
	 * Description of the configuration. {@code overrides} are the settings that were
	 * switched since the start, by the name of what is overridden.
	 */
	record ConfigDescriptor(String service, Map<String, PropertyDescriptor> cairn,
			@JsonProperty("spring_boot") Map<String, PropertyDescriptor> boot, Map<String, List<?>> overrides) {
	}

	/**
	 * Description of a property. {@code default} is only present if the property has
	 * another origin.
	 */
	record PropertyDescriptor(@JsonInclude @Nullable Object value, String origin,
			@JsonProperty("default") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Object defaultValue) {
	}

}
