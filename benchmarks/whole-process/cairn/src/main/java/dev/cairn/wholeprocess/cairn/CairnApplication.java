package dev.cairn.wholeprocess.cairn;

import dev.cairn.Cairn;
import dev.cairn.Category;
import dev.cairn.wholeprocess.OrderPlaced;
import dev.cairn.wholeprocess.Orders;
import dev.cairn.wholeprocess.Shop;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * The shop with Cairn.
 */
@SpringBootApplication
@Import(Shop.class)
public class CairnApplication {

	/**
	 * Start it.
	 * @param args properties
	 */
	public static void main(String[] args) {
		SpringApplication.run(CairnApplication.class, args);
	}

	@Bean
	Orders orders(Cairn cairn, @Value("${shop.events}") boolean events) {
		if (!events) {
			return (order) -> {
			};
		}
		return (order) -> publish(cairn, order);
	}

	private static void publish(Cairn cairn, OrderPlaced order) {
		cairn.event("order.placed")
			.field("order_id", order.orderId())
			.field("product_id", order.productId())
			.field("quantity", order.quantity())
			.field("total", order.total())
			.category(Category.BEHAVIOUR)
			.publish();
	}

}
