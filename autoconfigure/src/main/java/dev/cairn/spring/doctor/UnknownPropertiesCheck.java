package dev.cairn.spring.doctor;

import java.util.List;

import dev.cairn.spring.core.UnknownProperties;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * Finds keys below {@code cairn} that no property has.
 */
record UnknownPropertiesCheck(ConfigurableApplicationContext context) implements DoctorCheck {

	@Override
	public String name() {
		return "unknown-properties";
	}

	@Override
	public List<Finding> examine() {
		return UnknownProperties.find(this.context.getEnvironment(), this.context.getClassLoader())
			.stream()
			.map((unknown) -> new Finding("Cairn has no property " + unknown, key(unknown), "The value has no effect",
					"Correct or remove " + key(unknown)))
			.toList();
	}

	private static String key(String unknown) {
		return unknown.substring(0, unknown.indexOf(' '));
	}

}
