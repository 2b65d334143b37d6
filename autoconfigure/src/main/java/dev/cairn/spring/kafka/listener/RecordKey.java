package dev.cairn.spring.kafka.listener;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.support.KafkaHeaders;

/**
 * Identifies a record to be processed by a listener. The key stays the same when the
 * record is forwarded to a retry topic.
 *
 * @param listener the id of the main listener
 * @param topic the topic of the first delivery
 * @param partition the partition of the first delivery
 * @param offset the offset of the first delivery
 */
record RecordKey(String listener, String topic, int partition, long offset) {

	static RecordKey of(String listener, ConsumerRecord<?, ?> record) {
		return new RecordKey(listener, record.topic(), record.partition(), record.offset());
	}

	/** Returns the key of the original record if the record was forwarded. */
	static RecordKey ofOriginal(String listener, ConsumerRecord<?, ?> record) {
		byte[] topic = header(record, KafkaHeaders.ORIGINAL_TOPIC, 1);
		byte[] partition = header(record, KafkaHeaders.ORIGINAL_PARTITION, Integer.BYTES);
		byte[] offset = header(record, KafkaHeaders.ORIGINAL_OFFSET, Long.BYTES);
		if (topic == null || partition == null || offset == null) {
			return of(listener, record);
		}
		return new RecordKey(listener, new String(topic, StandardCharsets.UTF_8), ByteBuffer.wrap(partition).getInt(),
				ByteBuffer.wrap(offset).getLong());
	}

	private static byte @Nullable [] header(ConsumerRecord<?, ?> record, String name, int minLength) {
		Header header = record.headers().lastHeader(name);
		byte[] value = (header != null) ? header.value() : null;
		return (value != null && value.length >= minLength) ? value : null;
	}

}
