package dev.cairn.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * One way to bring an order to Kafka, open and ready. For one caller.
 */
interface Publisher extends AutoCloseable {

	/**
	 * Hand an order over; what this costs is what is measured.
	 * @param order what to publish
	 * @return whatever the caller gets back
	 */
	@Nullable Object publish(OrderPlaced order);

	/**
	 * Wait for what is under way and say what became of everything.
	 * @return one line, empty if nothing was counted
	 */
	String settle();

	@Override
	void close();

}
