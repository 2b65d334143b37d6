package dev.cairn.sample;

import dev.cairn.Trace;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page with the beacon.
 */
@ShopTest
@ActiveProfiles("browser")
class BeaconPageTests {

	@Autowired
	private RestTestClient client;

	@Test
	void thePageLoadsTheBeaconAndHasATrace() {
		this.client.get().uri("/shop.html").exchange().expectBody(String.class).consumeWith((page) -> {
			assertThat(page.getResponseBody()).contains("<script async src=\"/cairn/beacon.js\"></script>");
			String timing = String.valueOf(page.getResponseHeaders().getFirst("Server-Timing"));
			assertThat(Trace.parse(timing.substring(timing.indexOf('"') + 1, timing.length() - 1))).isNotNull();
		});
		this.client.get().uri("/cairn/beacon.js").exchange().expectStatus().isOk();
		this.client.get().uri("/cairn/beacon.json").exchange().expectStatus().isOk();
	}

}
