package dev.cairn.benchmarks;

import java.util.List;

import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Destination;

/**
 * A destination that takes everything at once.
 */
final class NoopSender implements Destination {

	@Override
	public void submit(List<Delivery> batch) {
	}

}
