package dev.cairn.sample.e2e;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Customers of a shop, who come until they are asked to leave.
 */
final class Traffic implements AutoCloseable {

	private final ExecutorService customers = Executors.newCachedThreadPool();

	/**
	 * Let a customer repeat a visit.
	 * @param visit the visit
	 * @return this
	 */
	Traffic customer(Runnable visit) {
		this.customers.execute(() -> {
			while (!this.customers.isShutdown()) {
				visit.run();
			}
		});
		return this;
	}

	@Override
	public void close() {
		this.customers.shutdown();
		try {
			if (!this.customers.awaitTermination(1, TimeUnit.MINUTES)) {
				throw new IllegalStateException("A customer does not leave");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
