package dev.cairn.delivery;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How an {@link AsyncSink} queues, batches and retries.
 *
 * @param maxMessages the maximum number of messages held, including those on their way
 * @param maxBytes the maximum heap they may take, in bytes, as estimated
 * @param batchSize the maximum number of messages in a batch
 * @param linger the time to wait for further messages of a batch
 * @param overflow what gives way when there is no room
 * @param retryFirst the pause after the first failure; it doubles with each further one
 * @param retryMax the longest pause between two attempts
 * @param giveUpAfter the time to retry a message before it is dropped as expired; with a
 * spool, only while the destination accepts others
 * @param blockUpTo how long the publishing thread waits for room with
 * {@link Overflow#BLOCK}
 */
public record DeliveryOptions(int maxMessages, long maxBytes, int batchSize, Duration linger, Overflow overflow,
		Duration retryFirst, Duration retryMax, Duration giveUpAfter, Duration blockUpTo) {

	/**
	 * The defaults: 10,000 messages or 32 MiB, batches of 500, a linger of 20 ms,
	 * dropping the oldest, retries after 100 ms to 10 s, for ten minutes.
	 */
	public static final DeliveryOptions DEFAULT = new DeliveryOptions(10_000, 32L * 1024 * 1024, 500,
			Duration.ofMillis(20), Overflow.DROP_OLDEST, Duration.ofMillis(100), Duration.ofSeconds(10),
			Duration.ofMinutes(10), Duration.ofMillis(100));

	/**
	 * Checks the options.
	 * @throws IllegalArgumentException if one is not positive
	 */
	public DeliveryOptions {
		positive("maxMessages", maxMessages);
		positive("maxBytes", maxBytes);
		positive("batchSize", batchSize);
		positive("linger", nanos(linger));
		positive("retryFirst", nanos(retryFirst));
		positive("retryMax", nanos(retryMax));
		positive("giveUpAfter", nanos(giveUpAfter));
		positive("blockUpTo", nanos(blockUpTo));
	}

	private static void positive(String name, long value) {
		if (value <= 0) {
			throw new IllegalArgumentException(name + " must be positive, but was " + value);
		}
	}

	/** Clamped rather than refused: a time without end is a valid option. */
	static long nanos(Duration duration) {
		return TimeUnit.NANOSECONDS.convert(duration);
	}

	public DeliveryOptions withQueue(int maxMessages, long maxBytes, Overflow overflow) {
		return new DeliveryOptions(maxMessages, maxBytes, this.batchSize, this.linger, overflow, this.retryFirst,
				this.retryMax, this.giveUpAfter, this.blockUpTo);
	}

	public DeliveryOptions withBlockUpTo(Duration blockUpTo) {
		return new DeliveryOptions(this.maxMessages, this.maxBytes, this.batchSize, this.linger, this.overflow,
				this.retryFirst, this.retryMax, this.giveUpAfter, blockUpTo);
	}

	public DeliveryOptions withBatches(int batchSize, Duration linger) {
		return new DeliveryOptions(this.maxMessages, this.maxBytes, batchSize, linger, this.overflow, this.retryFirst,
				this.retryMax, this.giveUpAfter, this.blockUpTo);
	}

	public DeliveryOptions withRetry(Duration retryFirst, Duration retryMax, Duration giveUpAfter) {
		return new DeliveryOptions(this.maxMessages, this.maxBytes, this.batchSize, this.linger, this.overflow,
				retryFirst, retryMax, giveUpAfter, this.blockUpTo);
	}

	/**
	 * The policy for a full queue.
	 */
	public enum Overflow {

		/** The offered message is refused. */
		DROP_NEWEST,
		/** The oldest message is dropped. */
		DROP_OLDEST,
		/**
		 * The publishing thread waits for room, for a bounded time. After that, the
		 * message is refused. This is the only policy with which Cairn blocks its caller.
		 */
		BLOCK

	}

}
