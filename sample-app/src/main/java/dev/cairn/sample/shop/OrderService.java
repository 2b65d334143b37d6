package dev.cairn.sample.shop;

import dev.cairn.Cairn;
import dev.cairn.Category;
import io.micrometer.core.annotation.Timed;

import org.springframework.stereotype.Service;

@Service
class OrderService {

	private final ProductService products;

	private final OrderRepository orders;

	private final Cairn cairn;

	OrderService(ProductService products, OrderRepository orders, Cairn cairn) {
		this.products = products;
		this.orders = orders;
		this.cairn = cairn;
	}

	/**
	 * Places an order. The event is sent after the commit, so there is none for an order
	 * that was rolled back.
	 */
	@Timed("shop.order.place")
	Order place(long productId, int quantity) {
		Order order = this.orders.save(this.products.get(productId), quantity);
		this.cairn.event("order.placed")
			.field("order_id", order.id())
			.field("product_id", order.productId())
			.field("quantity", order.quantity())
			.field("total", order.total())
			.category(Category.BEHAVIOUR)
			.publish();
		this.cairn.record("shop.order.items", order.quantity());
		return order;
	}

	Order get(long id) {
		return this.orders.find(id).orElseThrow(() -> new OrderNotFoundException(id));
	}

}
