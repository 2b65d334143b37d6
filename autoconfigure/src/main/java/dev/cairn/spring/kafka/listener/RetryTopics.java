package dev.cairn.spring.kafka.listener;

import java.math.BigInteger;
import java.nio.ByteBuffer;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.kafka.retrytopic.DestinationTopic;
import org.springframework.kafka.retrytopic.DestinationTopicResolver;
import org.springframework.kafka.retrytopic.RetryTopicHeaders;

/**
 * Determines the fate of a failed record of a {@code @RetryableTopic}. The next delivery
 * may be in another process, so the headers of the record count the attempts.
 */
final class RetryTopics {

	private final ObjectProvider<DestinationTopicResolver> resolvers;

	RetryTopics(ObjectProvider<DestinationTopicResolver> resolvers) {
		this.resolvers = resolvers;
	}

	/**
	 * Returns the key of a record. A dead letter has a key of its own: its processing may
	 * begin before the last failure of the original has been reported.
	 */
	RecordKey key(Listener listener, ConsumerRecord<?, ?> record) {
		return isDeadLetter(listener, record) ? RecordKey.of(listener.mainId(), record)
				: RecordKey.ofOriginal(listener.mainId(), record);
	}

	/** Returns whether the record will be forwarded to a retry topic. */
	boolean isForwarded(Delivery delivery, Exception thrown) {
		ConsumerRecord<?, ?> record = delivery.record();
		try {
			DestinationTopicResolver resolver = this.resolvers.getIfAvailable();
			if (resolver == null) {
				return false;
			}
			DestinationTopic next = resolver.resolveDestinationTopic(delivery.listener().mainId(), record.topic(),
					attempt(record), thrown, firstTimestamp(record));
			return !next.isDltTopic() && !next.isNoOpsTopic();
		}
		catch (RuntimeException ex) {
			// No such topic, or two resolvers: a superfluous report is better than none
			return false;
		}
	}

	/** Returns the number of failed deliveries from other topics. */
	int failedBefore(Delivery delivery) {
		return isDeadLetter(delivery.listener(), delivery.record()) ? 0 : attempt(delivery.record()) - 1;
	}

	private boolean isDeadLetter(Listener listener, ConsumerRecord<?, ?> record) {
		try {
			DestinationTopicResolver resolver = this.resolvers.getIfAvailable();
			return resolver != null
					&& resolver.getDestinationTopicByName(listener.mainId(), record.topic()).isDltTopic();
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	private static int attempt(ConsumerRecord<?, ?> record) {
		byte[] value = header(record, RetryTopicHeaders.DEFAULT_HEADER_ATTEMPTS);
		return (value != null && value.length == Integer.BYTES) ? Math.max(1, ByteBuffer.wrap(value).getInt()) : 1;
	}

	private static long firstTimestamp(ConsumerRecord<?, ?> record) {
		byte[] value = header(record, RetryTopicHeaders.DEFAULT_HEADER_ORIGINAL_TIMESTAMP);
		return (value != null && value.length > 0) ? new BigInteger(value).longValue() : record.timestamp();
	}

	private static byte @Nullable [] header(ConsumerRecord<?, ?> record, String name) {
		Header header = record.headers().lastHeader(name);
		return (header != null) ? header.value() : null;
	}

}
