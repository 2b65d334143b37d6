package dev.cairn.spring.kafka.listener;

import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;

/**
 * Adds the Kafka record being processed to incident reports.
 */
final class DeliveryEnricher implements IncidentEnricher {

	@Override
	public void enrich(Failure failure, Event report) {
		Delivery delivery = Delivery.current();
		if (delivery != null) {
			delivery.listener().describe(delivery.record(), delivery.batchSize()).forEach(report::field);
		}
	}

}
