package dev.cairn.spring.kafka;

import dev.cairn.Attempts;
import dev.cairn.Cairn;

/**
 * What the listeners of an application share.
 *
 * @param cairn takes the failures
 * @param enricher knows what is being processed
 * @param deliveries what has failed and comes again
 * @param retryTopics know where it goes
 */
record ListenerFailures(Cairn cairn, DeliveryEnricher enricher, FailedDeliveries deliveries, RetryTopics retryTopics) {

	Attempts newAttempts() {
		return this.cairn.attempts();
	}

}
