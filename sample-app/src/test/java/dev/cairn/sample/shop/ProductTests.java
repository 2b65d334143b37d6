package dev.cairn.sample.shop;

import dev.cairn.sample.ShopTest;
import dev.cairn.test.CairnRecorder;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

@ShopTest
class ProductTests {

	@Autowired
	private RestTestClient http;

	@Autowired
	private CairnRecorder cairn;

	@Test
	void listsWhatIsForSale() {
		this.http.get()
			.uri("/products")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.length()")
			.isEqualTo(4)
			.jsonPath("$[0].name")
			.isEqualTo("Trail map");
		assertThat(this.cairn).timer("shop.product.list").count(1);
	}

	@Test
	void showsAProduct() {
		this.http.get()
			.uri("/products/2")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.name")
			.isEqualTo("Compass")
			.jsonPath("$.price")
			.isEqualTo(39.0);
	}

	@Test
	void publishesAnEventForAProductThatIsLookedAt() {
		this.http.get().uri("/products/2").exchange().expectStatus().isOk();
		this.http.get().uri("/products/404").exchange().expectStatus().isNotFound();
		assertThat(this.cairn).request("GET", "/products/{id}").times(2);
		assertThat(this.cairn).recorded("product.viewed").once();
	}

	@Test
	void answers404ToAnUnknownProduct() {
		this.http.get()
			.uri("/products/404")
			.exchange()
			.expectStatus()
			.isNotFound()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("There is no product 404");
	}

	@Test
	void answers400ToAnIdThatIsNoNumber() {
		this.http.get().uri("/products/compass").exchange().expectStatus().isBadRequest();
	}

}
