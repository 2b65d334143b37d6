package dev.cairn.spring.kafka.listener;

import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.adapter.KafkaBackoffAwareMessageListenerAdapter;

/**
 * A listener and its place among retry topics.
 *
 * @param id the id of the listener
 * @param mainId the id of the listener of the main topic if this one listens to a retry
 * topic, otherwise its own id
 * @param group the consumer group
 * @param retryable whether failed records are forwarded to retry topics
 */
record Listener(String id, String mainId, @Nullable String group, boolean retryable) {

	static Listener of(AbstractMessageListenerContainer<?, ?> container) {
		String id = String.valueOf(container.getListenerId());
		String mainId = container.getMainListenerId();
		boolean retryable = container.getContainerProperties()
			.getMessageListener() instanceof KafkaBackoffAwareMessageListenerAdapter;
		return new Listener(id, (mainId != null) ? mainId : id, container.getGroupId(), retryable);
	}

	/**
	 * Describes the origin of a record. Its key and value are left out, since they may be
	 * confidential.
	 */
	Map<String, Object> describe(ConsumerRecord<?, ?> record, int batchSize) {
		Map<String, Object> description = new LinkedHashMap<>();
		description.put("kafka_topic", record.topic());
		description.put("kafka_partition", record.partition());
		description.put("kafka_offset", record.offset());
		if (batchSize > 1) {
			description.put("kafka_batch_size", batchSize);
		}
		description.put("listener_id", this.id);
		if (this.group != null) {
			description.put("kafka_group", this.group);
		}
		return description;
	}

}
