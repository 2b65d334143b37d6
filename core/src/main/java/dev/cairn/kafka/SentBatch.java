package dev.cairn.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.cairn.delivery.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * The records of one batch that were handed to the producer. For one thread.
 */
final class SentBatch {

	private final Deque<Sent> pending = new ArrayDeque<>();

	private final List<Sent> failed = new ArrayList<>();

	private final long since = System.nanoTime();

	void add(Sent sent) {
		this.pending.add(sent);
	}

	/**
	 * Waits for the outcome of all records. Returns whether it is there. Waits for the
	 * last record first, so that the thread is woken up once for the batch, not for each
	 * request of the producer.
	 */
	boolean await(long nanos) throws InterruptedException {
		long deadline = System.nanoTime() + nanos;
		if (!this.pending.isEmpty()) {
			this.pending.getLast().await(nanos);
		}
		while (!this.pending.isEmpty() && this.pending.peek().await(deadline - System.nanoTime())) {
			Sent sent = this.pending.remove();
			if (sent.failure() == null) {
				sent.delivery().delivered();
			}
			else {
				this.failed.add(sent);
			}
		}
		return this.pending.isEmpty();
	}

	List<Sent> failed() {
		return this.failed;
	}

	long age() {
		return System.nanoTime() - this.since;
	}

	/**
	 * A record. The outcome is that of the callback: the future of the producer recurses,
	 * as deep as the record's batch was split.
	 *
	 * @param delivery the delivery
	 * @param length the length of the value
	 * @param shortened whether it was longer, and the cluster has refused that
	 * @param outcome the failure; {@code null} if the record was acknowledged
	 */
	record Sent(Delivery delivery, int length, boolean shortened, CompletableFuture<@Nullable Exception> outcome) {

		Sent(Delivery delivery, int length, boolean shortened) {
			this(delivery, length, shortened, new CompletableFuture<>());
		}

		private boolean await(long nanos) throws InterruptedException {
			try {
				this.outcome.get(nanos, TimeUnit.NANOSECONDS);
				return true;
			}
			catch (ExecutionException ex) {
				throw new IllegalStateException(ex);
			}
			catch (TimeoutException ex) {
				return false;
			}
		}

		/** Returns the failure, {@code null} if there is none or no outcome yet. */
		@Nullable Exception failure() {
			return this.outcome.getNow(null);
		}

	}

}
