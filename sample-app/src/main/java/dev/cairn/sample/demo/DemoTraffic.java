package dev.cairn.sample.demo;

import java.util.List;
import java.util.Map;

import org.springframework.http.ResponseEntity;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.client.RestClient;

/**
 * Simulates visitors, one after the other. Most of them browse and buy, some request a
 * page that does not exist, and some requests fail.
 */
class DemoTraffic {

	private static final List<String> FAULTS = List.of("unhandled", "wrapped", "handled", "logged", "async");

	private final RestClient shop;

	private int visitors;

	DemoTraffic(RestClient shop) {
		this.shop = shop;
	}

	@Scheduled(fixedDelay = 400)
	void visit() {
		int visitor = this.visitors++;
		switch (visitor % 10) {
			case 1, 4, 7 -> order(1 + visitor % 3, 1 + visitor % 4, visitor);
			case 3 -> view(404);
			case 6 -> order(4, 1, visitor);
			case 9 -> fail(FAULTS.get(visitor / 10 % FAULTS.size()));
			default -> browse(1 + visitor % 4);
		}
	}

	private void browse(long productId) {
		this.shop.get().uri("/products").retrieve().toBodilessEntity();
		view(productId);
	}

	private void view(long productId) {
		this.shop.get().uri("/products/{id}", productId).retrieve().toBodilessEntity();
	}

	private void order(long productId, int quantity, int visitor) {
		ResponseEntity<Void> answer = this.shop.post()
			.uri("/orders")
			.body(Map.of("productId", productId, "quantity", quantity, "customer", "c-" + visitor))
			.retrieve()
			.toBodilessEntity();
		if (answer.getHeaders().getLocation() != null) {
			this.shop.get().uri(answer.getHeaders().getLocation().getPath()).retrieve().toBodilessEntity();
		}
	}

	private void fail(String kind) {
		this.shop.post().uri("/faults/{kind}", kind).retrieve().toBodilessEntity();
	}

}
