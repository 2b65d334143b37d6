package dev.cairn.benchmarks;

import java.util.List;

import dev.cairn.delivery.BatchSender;
import dev.cairn.delivery.Delivery;

/**
 * A destination that takes everything at once.
 */
final class NoopSender implements BatchSender {

	@Override
	public void send(List<Delivery> batch) {
	}

}
