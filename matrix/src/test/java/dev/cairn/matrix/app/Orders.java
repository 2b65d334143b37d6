package dev.cairn.matrix.app;

import dev.cairn.Cairn;
import io.micrometer.core.annotation.Timed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes orders. A negative number is a failure.
 */
public class Orders {

	private static final Logger log = LoggerFactory.getLogger(Orders.class);

	private final Cairn cairn;

	public Orders(Cairn cairn) {
		this.cairn = cairn;
	}

	@Timed("orders.placed")
	public void place(int number) {
		this.cairn.bind("order", number);
		log.info("Placing an order");
		this.cairn.event("order.placed").field("order_id", number).publish();
		if (number < 0) {
			throw new IllegalStateException("There is no order " + number);
		}
	}

}
