package dev.cairn.spring.kafka;

import org.jspecify.annotations.Nullable;

import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.adapter.KafkaBackoffAwareMessageListenerAdapter;

/**
 * A listener, as far as its failures are concerned.
 *
 * @param id its id
 * @param mainId the id of the listener whose records it gets for another try; its own
 * otherwise
 * @param group its consumer group
 * @param forwards whether a record that fails goes to a topic for retries
 */
record Listener(String id, String mainId, @Nullable String group, boolean forwards) {

	static Listener of(AbstractMessageListenerContainer<?, ?> container) {
		String id = String.valueOf(container.getListenerId());
		String mainId = container.getMainListenerId();
		boolean forwards = container.getContainerProperties()
			.getMessageListener() instanceof KafkaBackoffAwareMessageListenerAdapter;
		return new Listener(id, (mainId != null) ? mainId : id, container.getGroupId(), forwards);
	}

}
