package dev.cairn.spring.kafka.listener;

import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;
import org.jspecify.annotations.Nullable;

/**
 * Adds the Kafka record being processed to incident reports.
 */
final class DeliveryEnricher implements IncidentEnricher {

	private final ThreadLocal<@Nullable Delivery> current = new ThreadLocal<>();

	@Nullable Delivery current() {
		return this.current.get();
	}

	void enter(Delivery delivery) {
		this.current.set(delivery);
	}

	void leave() {
		this.current.remove();
	}

	@Override
	public void enrich(Failure failure, Event report) {
		Delivery delivery = this.current.get();
		if (delivery != null) {
			delivery.listener().describe(delivery.record(), delivery.batchSize()).forEach(report::field);
		}
	}

}
