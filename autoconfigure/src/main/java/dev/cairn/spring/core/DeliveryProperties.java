package dev.cairn.spring.core;

import java.time.Duration;

import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Overflow;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How a sink queues, batches and retries.
 *
 * @param queueMessages Number of messages held at the most, those being sent included.
 * @param queueSize Memory that the held messages may take, as estimated.
 * @param overflow What gives way when the queue is full.
 * @param batchSize Number of messages sent at once at the most.
 * @param linger Time to wait for a batch to grow.
 * @param retryFirst Wait after the first failure; it doubles with each further one.
 * @param retryMax Longest wait between two tries.
 * @param giveUpAfter Time to try the same batch before it is dropped as expired; what is
 * spooled does not expire.
 * @param blockUpTo Time for which who publishes waits for room, where overflow is block.
 */
public record DeliveryProperties(@DefaultValue("10000") int queueMessages, @DefaultValue("32MB") DataSize queueSize,
		@DefaultValue("drop-oldest") Overflow overflow, @DefaultValue("500") int batchSize,
		@DefaultValue("20ms") Duration linger, @DefaultValue("100ms") Duration retryFirst,
		@DefaultValue("10s") Duration retryMax, @DefaultValue("10m") Duration giveUpAfter,
		@DefaultValue("100ms") Duration blockUpTo) {

	public DeliveryOptions toOptions(String prefix) {
		String delivery = prefix + ".delivery.";
		requirePositive(delivery + "queue-messages", this.queueMessages, this.queueMessages);
		requirePositive(delivery + "queue-size", this.queueSize, this.queueSize.toBytes());
		requirePositive(delivery + "batch-size", this.batchSize, this.batchSize);
		InvalidProperty.requireDuration(delivery + "linger", this.linger);
		InvalidProperty.requireDuration(delivery + "retry-first", this.retryFirst);
		InvalidProperty.requireDuration(delivery + "retry-max", this.retryMax);
		InvalidProperty.requireDuration(delivery + "give-up-after", this.giveUpAfter);
		InvalidProperty.requireDuration(delivery + "block-up-to", this.blockUpTo);
		return new DeliveryOptions(this.queueMessages, this.queueSize.toBytes(), this.batchSize, this.linger,
				this.overflow, this.retryFirst, this.retryMax, this.giveUpAfter, this.blockUpTo);
	}

	private static void requirePositive(String name, Object value, long number) {
		InvalidProperty.requireRange(name, value, number, 1, Long.MAX_VALUE);
	}

}
