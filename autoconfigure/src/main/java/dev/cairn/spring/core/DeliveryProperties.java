package dev.cairn.spring.core;

import java.time.Duration;
import java.util.function.BiFunction;

import dev.cairn.ApplicationFrames;
import dev.cairn.Redactor;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.DeliveryOptions.Overflow;
import dev.cairn.encoding.MessageEncoder;

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
 * @param giveUpAfter Time after which an undelivered message is dropped as expired.
 * Messages on the disk do not expire.
 * @param blockUpTo Maximum time that a caller waits for room, if {@code overflow} is
 * {@code block}.
 */
@ConfigurationProperties("cairn.delivery")
public record DeliveryProperties(@DefaultValue("10000") int queueMessages, @DefaultValue("32MB") DataSize queueSize,
		@DefaultValue("drop-oldest") Overflow overflow, @DefaultValue("500") int batchSize,
		@DefaultValue("20ms") Duration linger, @DefaultValue("100ms") Duration retryFirst,
		@DefaultValue("10s") Duration retryMax, @DefaultValue("10m") Duration giveUpAfter,
		@DefaultValue("100ms") Duration blockUpTo) {

	/**
	 * Returns the options of a sink.
	 * @return the options
	 */
	public DeliveryOptions toOptions() {
		String delivery = "cairn.delivery.";
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

	/**
	 * The format in which a sink writes messages.
	 */
	public enum Encoding {

		/** Cairn's own envelope. */
		CAIRN(MessageEncoder::cairn),
		/** Metlog's envelope, version 0.8. */
		METLOG(MessageEncoder::metlog);

		private final BiFunction<Redactor, ApplicationFrames, MessageEncoder> encoder;

		Encoding(BiFunction<Redactor, ApplicationFrames, MessageEncoder> encoder) {
			this.encoder = encoder;
		}

		public MessageEncoder encoder(Redactor redactor, ApplicationFrames application) {
			return this.encoder.apply(redactor, application);
		}

	}

}
