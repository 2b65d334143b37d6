package dev.cairn.benchmarks;

import dev.cairn.Cairn;
import org.jspecify.annotations.Nullable;

/**
 * The event of all publishers: five values, as a shop would have them.
 *
 * @param orderId the id of the order, which is also the key of the record
 * @param customerId who ordered
 * @param total the sum
 * @param currency its currency
 * @param items how many things
 */
record OrderPlaced(String orderId, String customerId, double total, String currency, int items) {

	private static final OrderPlaced[] SAMPLES = samples();

	private static OrderPlaced[] samples() {
		OrderPlaced[] samples = new OrderPlaced[1024];
		for (int i = 0; i < samples.length; i++) {
			samples[i] = new OrderPlaced("o-" + (100_000 + 7919 * i), "c-" + (5000 + i), 19.9 + i, "EUR", 1 + i % 9);
		}
		return samples;
	}

	/**
	 * Return one of a thousand orders, made beforehand.
	 * @param number any number
	 * @return the order
	 */
	static OrderPlaced sample(int number) {
		return SAMPLES[number & (SAMPLES.length - 1)];
	}

	/**
	 * Publish it the way Cairn's users do.
	 */
	@Nullable String publish(Cairn cairn) {
		return cairn.event("order.placed")
			.field("order_id", this.orderId)
			.field("customer_id", this.customerId)
			.field("total", this.total)
			.field("currency", this.currency)
			.field("items", this.items)
			.publish();
	}

}
