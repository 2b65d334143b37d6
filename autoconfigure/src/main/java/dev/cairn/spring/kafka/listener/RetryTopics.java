package dev.cairn.spring.kafka.listener;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.kafka.retrytopic.DestinationTopic;
import org.springframework.kafka.retrytopic.DestinationTopicResolver;
import org.springframework.kafka.retrytopic.RetryTopicHeaders;
import org.springframework.kafka.support.KafkaHeaders;

/**
 * Determines the fate of a failed record of a {@code @RetryableTopic}. The next delivery
 * may be in another process, so the headers of the record count the attempts.
 */
record RetryTopics(ObjectProvider<DestinationTopicResolver> resolvers) {

	/**
	 * Returns the key of the original record. A dead letter has a key of its own: its
	 * processing may begin before the last failure of the original has been reported.
	 */
	PendingRecords.Key key(String mainListener, ConsumerRecord<?, ?> record) {
		byte[] topic = header(record, KafkaHeaders.ORIGINAL_TOPIC);
		if (topic.length == 0 || isDeadLetter(mainListener, record)) {
			return PendingRecords.Key.of(mainListener, record);
		}
		return new PendingRecords.Key(mainListener, new String(topic, StandardCharsets.UTF_8),
				(int) number(record, KafkaHeaders.ORIGINAL_PARTITION, record.partition()),
				number(record, KafkaHeaders.ORIGINAL_OFFSET, record.offset()));
	}

	/** Returns whether the record will be forwarded to a retry topic. */
	boolean isForwarded(String mainListener, ConsumerRecord<?, ?> record, Exception thrown) {
		try {
			DestinationTopicResolver resolver = this.resolvers.getIfAvailable();
			if (resolver == null) {
				return false;
			}
			DestinationTopic next = resolver.resolveDestinationTopic(mainListener, record.topic(), attempt(record),
					thrown, number(record, RetryTopicHeaders.DEFAULT_HEADER_ORIGINAL_TIMESTAMP, record.timestamp()));
			return !next.isDltTopic() && !next.isNoOpsTopic();
		}
		catch (RuntimeException ex) {
			// No such topic, or two resolvers: a superfluous report is better than none
			return false;
		}
	}

	/** Returns the number of failed deliveries from other topics. */
	int failedBefore(String mainListener, ConsumerRecord<?, ?> record) {
		return isDeadLetter(mainListener, record) ? 0 : attempt(record) - 1;
	}

	private boolean isDeadLetter(String mainListener, ConsumerRecord<?, ?> record) {
		try {
			DestinationTopicResolver resolver = this.resolvers.getIfAvailable();
			return resolver != null && resolver.getDestinationTopicByName(mainListener, record.topic()).isDltTopic();
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	private static int attempt(ConsumerRecord<?, ?> record) {
		return (int) Math.max(1, number(record, RetryTopicHeaders.DEFAULT_HEADER_ATTEMPTS, 1));
	}

	private static long number(ConsumerRecord<?, ?> record, String name, long otherwise) {
		byte[] value = header(record, name);
		return (value.length > 0) ? new BigInteger(value).longValue() : otherwise;
	}

	private static byte[] header(ConsumerRecord<?, ?> record, String name) {
		Header header = record.headers().lastHeader(name);
		return (header != null && header.value() != null) ? header.value() : new byte[0];
	}

}
