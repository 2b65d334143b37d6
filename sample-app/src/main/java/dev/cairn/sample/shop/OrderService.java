package dev.cairn.sample.shop;

import java.math.BigDecimal;

import dev.cairn.Cairn;
import dev.cairn.Category;
import io.micrometer.core.annotation.Timed;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;

@Service
class OrderService {

	private static final Logger logger = LoggerFactory.getLogger(OrderService.class);

	private static final BigDecimal INSURED = new BigDecimal(10_000);

	private final ProductService products;

	private final OrderRepository orders;

	private final ApplicationEventPublisher publisher;

	private final Cairn cairn;

	OrderService(ProductService products, OrderRepository orders, ApplicationEventPublisher publisher, Cairn cairn) {
		this.products = products;
		this.orders = orders;
		this.publisher = publisher;
		this.cairn = cairn;
	}

	/**
	 * Places an order. The event is sent after the commit, so there is none for an order
	 * that was rolled back. All that is reported from here, in the warehouse too, has the
	 * customer and the order.
	 */
	@Timed("shop.order.place")
	Order place(long productId, int quantity, @Nullable String customer) {
		this.cairn.bind("customer", customer);
		Order order = this.orders.save(this.products.get(productId), quantity);
		this.cairn.bind("order", order.id());
		this.cairn.event("order.placed")
			.field("order_id", order.id())
			.field("product_id", order.productId())
			.field("quantity", order.quantity())
			.field("total", order.total())
			.category(Category.BEHAVIOUR)
			.publish();
		this.cairn.record("shop.order.items", order.quantity());
		this.publisher.publishEvent(new OrderPlaced(order));
		return order;
	}

	void ship(long id, String parcel) {
		Order order = get(id);
		if (order.total().compareTo(INSURED) > 0) {
			throw new ParcelNotInsuredException(order);
		}
		this.orders.ship(order, parcel);
		logger.info("The order is shipped in {}", parcel);
		this.cairn.event("order.shipped").field("parcel", parcel).category(Category.BEHAVIOUR).publish();
	}

	Order get(long id) {
		return this.orders.find(id).orElseThrow(() -> new OrderNotFoundException(id));
	}

}
