package dev.cairn.wholeprocess;

/**
 * Tells others of orders, in the way of the variant.
 */
public interface Orders {

	/**
	 * Tell of an order.
	 * @param order what was placed
	 */
	void placed(OrderPlaced order);

}
