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
	private CairnRecorder cairn;

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
		ResponseSpec response = order("{\"productId\": 3, \"quantity\": 1}");
		response.expectStatus().isCreated();
		assertThat(this.cairn).recorded("order.placed").once().withField("quantity", 1).withSameTraceAs(response);
		assertThat(this.cairn).request("POST", "/orders").once().withField("status", 201).withSameTraceAs(response);
		assertThat(this.cairn).timer("shop.order.place").count(1);
		assertThat(this.cairn).hasNoIncident().lostNothing().matchesSchemas();
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
		assertThat(this.cairn).request("GET", "/orders/{id}").times(2);
		assertThat(this.cairn).recorded("order.viewed").once();
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
		assertThat(this.cairn).request("POST", "/orders").withField("status", 409).and().neverRecorded("order.placed");
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
