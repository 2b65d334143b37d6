package dev.cairn.sample.fault;

import java.time.Duration;

import dev.cairn.sample.ShopTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.awaitility.Awaitility.await;

/**
 * The console shows that a request repeats a statement.
 */
@ShopTest
class NPlusOneTests {

	@Autowired
	private RestTestClient http;

	@Test
	void aStatementForEachRowHasABadge() {
		this.http.post().uri("/faults/n-plus-one").exchange().expectStatus().isOk();
		await().atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> this.http.get()
				.uri("/actuator/cairnconsole/api/requests?route=/faults/n-plus-one")
				.exchange()
				.expectBody()
				.jsonPath("$.requests[0].badges[0].kind")
				.isEqualTo("n_plus_one")
				.jsonPath("$.requests[0].badges[0].count")
				.isEqualTo(10));
	}

}
