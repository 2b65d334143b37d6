package dev.cairn.test.slice;

import dev.cairn.Cairn;
import dev.cairn.annotation.PublishEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class OrderController {

	private static final Logger logger = LoggerFactory.getLogger(OrderController.class);

	private final Cairn cairn;

	OrderController(Cairn cairn) {
		this.cairn = cairn;
	}

	@PostMapping("/orders/{id}")
	String place(@PathVariable long id) throws Exception {
		return this.cairn.time("checkout", () -> {
			logger.info("Placing order {}", id);
			this.cairn.event("order.placed").field("order_id", id).publish();
			return "placed";
		});
	}

	@GetMapping("/orders/{id}")
	@PublishEvent("order.viewed")
	String view(@PathVariable long id) {
		return "order " + id;
	}

	@PostMapping("/orders/{id}/payment")
	String pay(@PathVariable long id) {
		throw new CheckoutFailedException("the bank refuses order " + id);
	}

	@ExceptionHandler
	ResponseEntity<String> refused(CheckoutFailedException ex) {
		return ResponseEntity.internalServerError().body(ex.getMessage());
	}

	static class CheckoutFailedException extends RuntimeException {

		CheckoutFailedException(String message) {
			super(message);
		}

	}

}
