package dev.cairn.sample;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The properties of the profiles.
 */
class ProfilesTests {

	@ParameterizedTest
	@ValueSource(strings = { "demo", "warehouse" })
	void linesAreForPeople(String profile) {
		assertThat(properties(profile).getProperty("logging.structured.format.console")).isEqualTo("pretty");
	}

	@Test
	void theClientThatCreatesTopicsGivesUpWithoutABroker() {
		Environment shipping = properties("shipping");
		assertThat(shipping.getProperty("spring.kafka.admin.properties.metadata.recovery.strategy")).isEqualTo("none");
		assertThat(shipping.getProperty("spring.kafka.admin.operation-timeout")).isEqualTo("10s");
	}

	private static Environment properties(String profile) {
		StandardEnvironment environment = new StandardEnvironment();
		ConfigDataEnvironmentPostProcessor.applyTo(environment, null, null, profile);
		return environment;
	}

}
