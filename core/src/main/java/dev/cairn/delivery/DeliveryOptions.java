package dev.cairn.delivery;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How an {@link AsyncSink} queues, batches and retries.
 *
 * @param maxMessages how many objects it holds at the most, those being sent included
 * @param maxBytes how many bytes they may keep from the heap, as estimated
 * @param batchSize how many are sent at once at the most
 * @param linger how long to wait for a batch to grow
 * @param overflow what gives way when there is no room
 * @param retryFirst the wait after the first failure; it doubles with each further one
 * @param retryMax the longest wait between two tries
 * @param giveUpAfter how long to try the same batch before it is dropped as expired; with
 * a spool nothing expires
 * @param blockUpTo how long who offers waits for room, where that is wanted
 */
public record DeliveryOptions(int maxMessages, long maxBytes, int batchSize, Duration linger, Overflow overflow,
		Duration retryFirst, Duration retryMax, Duration giveUpAfter, Duration blockUpTo) {

	/**
	 * 10,000 objects or 32 MiB, batches of 500, 20 ms; the oldest gives way; tries again
	 * after 100 ms to 10 s, for ten minutes.
	 */
	public static final DeliveryOptions DEFAULT = new DeliveryOptions(10_000, 32L * 1024 * 1024, 500,
			Duration.ofMillis(20), Overflow.DROP_OLDEST, Duration.ofMillis(100), Duration.ofSeconds(10),
			Duration.ofMinutes(10), Duration.ofMillis(100));

	/**
	 * Checks the options.
	 * @throws IllegalArgumentException when one is not positive
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

	/** Clamped rather than refused: "for ever" is a fair answer to how long to try. */
	static long nanos(Duration duration) {
		return TimeUnit.NANOSECONDS.convert(duration);
	}

	/**
	 * Return these options with another queue.
	 * @param maxMessages how many objects it holds at the most
	 * @param maxBytes how many bytes they may keep
	 * @param overflow what gives way
	 * @return the options
	 */
	public DeliveryOptions withQueue(int maxMessages, long maxBytes, Overflow overflow) {
		return new DeliveryOptions(maxMessages, maxBytes, this.batchSize, this.linger, overflow, this.retryFirst,
				this.retryMax, this.giveUpAfter, this.blockUpTo);
	}

	/**
	 * Return these options with another wait for room.
	 * @param blockUpTo how long who offers waits
	 * @return the options
	 */
	public DeliveryOptions withBlockUpTo(Duration blockUpTo) {
		return new DeliveryOptions(this.maxMessages, this.maxBytes, this.batchSize, this.linger, this.overflow,
				this.retryFirst, this.retryMax, this.giveUpAfter, blockUpTo);
	}

	/**
	 * Return these options with other batches.
	 * @param batchSize how many are sent at once at the most
	 * @param linger how long to wait for a batch to grow
	 * @return the options
	 */
	public DeliveryOptions withBatches(int batchSize, Duration linger) {
		return new DeliveryOptions(this.maxMessages, this.maxBytes, batchSize, linger, this.overflow, this.retryFirst,
				this.retryMax, this.giveUpAfter, this.blockUpTo);
	}

	/**
	 * Return these options with other retries.
	 * @param retryFirst the wait after the first failure
	 * @param retryMax the longest wait between two tries
	 * @param giveUpAfter how long to try the same batch
	 * @return the options
	 */
	public DeliveryOptions withRetry(Duration retryFirst, Duration retryMax, Duration giveUpAfter) {
		return new DeliveryOptions(this.maxMessages, this.maxBytes, this.batchSize, this.linger, this.overflow,
				retryFirst, retryMax, giveUpAfter, this.blockUpTo);
	}

	/**
	 * What gives way when the queue is full.
	 */
	public enum Overflow {

		/** The offered message is refused. */
		DROP_NEWEST,
		/** The oldest message is dropped. */
		DROP_OLDEST,
		/**
		 * The publishing thread waits for room, for a bounded time; then the message is
		 * refused. This is the one case in which Cairn blocks its caller, for those who
		 * ask for it.
		 */
		BLOCK

	}

}
