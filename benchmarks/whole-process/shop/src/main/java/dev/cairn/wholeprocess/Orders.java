package dev.cairn.wholeprocess;

/**
 * Publishes orders, as the variant does.
 */
public interface Orders {

	/**
	 * Publishes an order.
	 * @param order what was placed
	 */
	void placed(OrderPlaced order);

}
