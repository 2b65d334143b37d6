package dev.cairn.test.slice;

import dev.cairn.test.CairnRecorder;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webflux.test.autoconfigure.WebFluxTest;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WebFluxTest} with Cairn.
 */
class WebFluxTestTests {

	@Nested
	@WebFluxTest(OrderController.class)
	class WithACairn {

		@Test
		void recordsSignals(@Autowired WebTestClient http, @Autowired CairnRecorder cairn) {
			http.post().uri("/orders/7").exchange().expectStatus().isOk();
			assertThat(cairn).recorded("order.placed").once().withField("order_id", 7).and().lostNothing();
			assertThat(cairn).timer("checkout").count(1);
			assertThat(cairn).request("POST", "/orders/{id}").once().withField("status", 200);
		}

	}

	@Nested
	@WebFluxTest(PlainController.class)
	class WithoutACairn {

		@Test
		void starts(@Autowired WebTestClient http, @Autowired CairnRecorder cairn) {
			http.get().uri("/about").exchange().expectStatus().isOk();
			assertThat(cairn).hasNoIncident().lostNothing();
		}

	}

}
