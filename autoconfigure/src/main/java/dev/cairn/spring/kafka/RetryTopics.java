package dev.cairn.spring.kafka;

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
 * Knows what becomes of a record of a {@code @RetryableTopic} that was not processed.
 * Where it fails next may be another process, so this goes by what the record says.
 */
final class RetryTopics {

	private final ObjectProvider<DestinationTopicResolver> resolvers;

	RetryTopics(ObjectProvider<DestinationTopicResolver> resolvers) {
		this.resolvers = resolvers;
	}

	/**
	 * Return what is to be done for a record. What is done for a dead letter is something
	 * else: it may begin while the last failure is still being told.
	 */
	Work work(Listener listener, ConsumerRecord<?, ?> record) {
		Work work = Work.ofForwarded(listener.mainId(), record);
		return isDeadLetter(listener, record) ? work.forDeadLetter() : work;
	}

	/**
	 * Whether it is forwarded to a topic for retries, and not to the dead letters.
	 */
	boolean isForwarded(Listener listener, ConsumerRecord<?, ?> record, Exception thrown) {
		try {
			DestinationTopicResolver resolver = this.resolvers.getIfAvailable();
			if (resolver == null) {
				return false;
			}
			DestinationTopic next = resolver.resolveDestinationTopic(listener.mainId(), record.topic(),
					deliveries(record), thrown, firstTimestamp(record));
			return !next.isDltTopic() && !next.isNoOpsTopic();
		}
		catch (RuntimeException ex) {
			// No such topic, or two resolvers: one message too many is better than none
			return false;
		}
	}

	/** Return how many deliveries from other topics have failed before. */
	int failedBefore(Listener listener, ConsumerRecord<?, ?> record) {
		return isDeadLetter(listener, record) ? 0 : deliveries(record) - 1;
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

	private static int deliveries(ConsumerRecord<?, ?> record) {
		byte[] value = value(record, RetryTopicHeaders.DEFAULT_HEADER_ATTEMPTS);
		return (value != null && value.length == Integer.BYTES) ? Math.max(1, ByteBuffer.wrap(value).getInt()) : 1;
	}

	private static long firstTimestamp(ConsumerRecord<?, ?> record) {
		byte[] value = value(record, RetryTopicHeaders.DEFAULT_HEADER_ORIGINAL_TIMESTAMP);
		return (value != null && value.length > 0) ? new BigInteger(value).longValue() : record.timestamp();
	}

	private static byte @Nullable [] value(ConsumerRecord<?, ?> record, String name) {
		Header header = record.headers().lastHeader(name);
		return (header != null) ? header.value() : null;
	}

}
