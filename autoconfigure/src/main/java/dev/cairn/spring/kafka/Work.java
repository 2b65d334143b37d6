package dev.cairn.spring.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.support.KafkaHeaders;

/**
 * What a listener has to do for one record. It stays the same when the record is
 * forwarded to a topic for retries.
 *
 * @param listener the id of the listener
 * @param topic the topic of the first delivery
 * @param partition the partition of the first delivery
 * @param offset the offset of the first delivery
 * @param deadLetter whether all attempts have failed, and this is about the dead letter
 */
record Work(String listener, String topic, int partition, long offset, boolean deadLetter) {

	static Work of(String listener, ConsumerRecord<?, ?> record) {
		return new Work(listener, record.topic(), record.partition(), record.offset(), false);
	}

	/** Read where spring-kafka says that a forwarded record has come from. */
	static Work ofForwarded(String listener, ConsumerRecord<?, ?> record) {
		byte[] topic = value(record.headers(), KafkaHeaders.ORIGINAL_TOPIC, 1);
		byte[] partition = value(record.headers(), KafkaHeaders.ORIGINAL_PARTITION, Integer.BYTES);
		byte[] offset = value(record.headers(), KafkaHeaders.ORIGINAL_OFFSET, Long.BYTES);
		if (topic == null || partition == null || offset == null) {
			return of(listener, record);
		}
		return new Work(listener, new String(topic, StandardCharsets.UTF_8), ByteBuffer.wrap(partition).getInt(),
				ByteBuffer.wrap(offset).getLong(), false);
	}

	Work forDeadLetter() {
		return new Work(this.listener, this.topic, this.partition, this.offset, true);
	}

	private static byte @Nullable [] value(Headers headers, String name, int leastLength) {
		Header header = headers.lastHeader(name);
		byte[] value = (header != null) ? header.value() : null;
		return (value != null && value.length >= leastLength) ? value : null;
	}

}
