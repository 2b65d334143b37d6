package dev.cairn.matrix.app;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * The same controller for Spring MVC and WebFlux.
 */
@RestController
class OrderController {

	private final Orders orders;

	OrderController(Orders orders) {
		this.orders = orders;
	}

	@GetMapping("/orders/{number}")
	String place(@PathVariable("number") int number) {
		this.orders.place(number);
		return "placed";
	}

}
