package dev.cairn.spring.core;

import java.time.Duration;
import java.util.Map;

import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.DeliveryOptions.Overflow;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How each sink queues, batches and retries.
 *
 * @param queueMessages Maximum number of held messages, including those being sent.
 * @param queueSize Maximum estimated memory of held messages.
 * @param overflow Message to drop if the queue is full.
 * @param batchSize Maximum number of messages in a batch.
 * @param linger Time to wait for further messages of a batch.
 * @param retryFirst Delay before the first retry. It doubles with each further one.
 * @param retryMax Maximum delay between two retries.
 * @param giveUpAfter Time after which an undelivered message is dropped as expired. On
 * the disk, a message only expires while the destination accepts others.
 * @param blockUpTo Maximum time that a caller waits for room, if overflow is block.
 */
@ConfigurationProperties("cairn.delivery")
record DeliveryProperties(@DefaultValue("10000") int queueMessages, @DefaultValue("32MB") DataSize queueSize,
		@DefaultValue("drop-oldest") Overflow overflow, @DefaultValue("500") int batchSize,
		@DefaultValue("20ms") Duration linger, @DefaultValue("100ms") Duration retryFirst,
		@DefaultValue("10s") Duration retryMax, @DefaultValue("10m") Duration giveUpAfter,
		@DefaultValue("100ms") Duration blockUpTo) {

	private static final String PREFIX = "cairn.delivery.";

	DeliveryOptions toOptions() {
		requirePositive("queue-messages", this.queueMessages, this.queueMessages);
		requirePositive("queue-size", this.queueSize, this.queueSize.toBytes());
		requirePositive("batch-size", this.batchSize, this.batchSize);
		Map.of("linger", this.linger, "retry-first", this.retryFirst, "retry-max", this.retryMax, "give-up-after",
				this.giveUpAfter, "block-up-to", this.blockUpTo)
			.forEach((name, value) -> InvalidProperty.requireDuration(PREFIX + name, value));
		return new DeliveryOptions(this.queueMessages, this.queueSize.toBytes(), this.batchSize, this.linger,
				this.overflow, this.retryFirst, this.retryMax, this.giveUpAfter, this.blockUpTo);
	}

	private static void requirePositive(String name, Object value, long number) {
		InvalidProperty.requireRange(PREFIX + name, value, number, 1, Long.MAX_VALUE);
	}

}
