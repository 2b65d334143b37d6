package dev.cairn.sample.shop;

import java.net.URI;

import dev.cairn.sample.ShopTest;
import dev.cairn.test.CairnRecorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;

import static org.assertj.core.api.Assertions.assertThat;

@ShopTest
class OrderTests {

	@Autowired
	private RestTestClient http;

	@Autowired
	private CairnRecorder recorder;

	@Test
	void placesAnOrderAndFindsItAgain() {
		URI location = order("{\"productId\": 1, \"quantity\": 2}").expectStatus()
			.isCreated()
			.expectBody()
			.jsonPath("$.total")
			.isEqualTo(25.0)
			.returnResult()
			.getResponseHeaders()
			.getLocation();
		this.http.get()
			.uri(location)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.productId")
			.isEqualTo(1)
			.jsonPath("$.quantity")
			.isEqualTo(2);
	}

	@Test
	void takesWhatIsOrderedFromTheStock() {
		int before = stock(2);
		order("{\"productId\": 2, \"quantity\": 5}").expectStatus().isCreated();
		assertThat(stock(2)).isEqualTo(before - 5);
	}

	@Test
	void publishesAnEventForAnOrder() {
		order("{\"productId\": 3, \"quantity\": 1}").expectStatus().isCreated();
		assertThat(this.recorder.messages("order.placed")).singleElement()
			.satisfies((message) -> assertThat(message.fields()).containsEntry("quantity", 1));
	}

	@Test
	void publishesAConfiguredEventOfAnOrderThatIsViewed() {
		URI location = order("{\"productId\": 3, \"quantity\": 1}").expectStatus()
			.isCreated()
			.returnResult()
			.getResponseHeaders()
			.getLocation();
		this.http.get().uri(location).exchange().expectStatus().isOk();
		this.http.get().uri("/orders/999999").exchange().expectStatus().isNotFound();
		assertThat(this.recorder.messages("order.viewed")).hasSize(1);
	}

	@Test
	void answers404ToAnOrderOfAnUnknownProduct() {
		order("{\"productId\": 404, \"quantity\": 1}").expectStatus().isNotFound();
	}

	@Test
	void answers409WhenTooFewAreLeft() {
		int stock = stock(4);
		order("{\"productId\": 4, \"quantity\": 4}").expectStatus()
			.isEqualTo(409)
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("Fewer than 4 of 'Signed first edition' are left");
		assertThat(stock(4)).isEqualTo(stock);
		assertThat(this.recorder.messages("order.placed")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"productId\": 1, \"quantity\": 0}", "{\"productId\": 1, \"quantity\": -1}",
			"{\"productId\": 1, \"quantity\": 1001}", "{\"productId\": 1}", "{\"quantity\": 1}",
			"{\"productId\": 1, \"quantity\": \"many\"}", "no json" })
	void answers400ToABadRequest(String request) {
		order(request).expectStatus().isBadRequest();
	}

	@Test
	void answers404ToAnUnknownOrder() {
		this.http.get().uri("/orders/999999").exchange().expectStatus().isNotFound();
	}

	private ResponseSpec order(String request) {
		return this.http.post().uri("/orders").contentType(MediaType.APPLICATION_JSON).body(request).exchange();
	}

	private int stock(long productId) {
		Product product = this.http.get()
			.uri("/products/{id}", productId)
			.exchange()
			.expectBody(Product.class)
			.returnResult()
			.getResponseBody();
		return product.stock();
	}

}
