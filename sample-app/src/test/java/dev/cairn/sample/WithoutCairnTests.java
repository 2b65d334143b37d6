package dev.cairn.sample;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

@ShopTest
@TestPropertySource(properties = "cairn.enabled=false")
class WithoutCairnTests {

	@Autowired
	private RestTestClient http;

	@Test
	void staysOpen() {
		this.http.post()
			.uri("/orders")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"productId\": 1, \"quantity\": 1}")
			.exchange()
			.expectStatus()
			.isCreated();
		this.http.get().uri("/actuator/cairn").exchange().expectStatus().isNotFound();
	}

}
