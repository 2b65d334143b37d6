package dev.cairn.sample;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The setup of the shop: the doctor has nothing to find.
 */
class SetupTests {

	@Test
	void isHealthyWithoutBackends() {
		try (ConfigurableApplicationContext shop = new SpringApplicationBuilder(ShopApplication.class)
			.run("--server.port=0", "--cairn.file.enabled=false")) {
			String port = shop.getEnvironment().getRequiredProperty("local.server.port");
			JsonNode doctor = JsonMapper.shared()
				.readTree(RestClient.create()
					.get()
					.uri("http://127.0.0.1:" + port + "/actuator/cairndoctor")
					.retrieve()
					.body(String.class));
			assertThat(doctor.path("findings")).isEmpty();
			assertThat(doctor.path("checks")).isNotEmpty().allMatch((state) -> state.asString().equals("ok"));
		}
	}

}
