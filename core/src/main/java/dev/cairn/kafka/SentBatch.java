package dev.cairn.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.cairn.delivery.Delivery;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The records of one batch that the producer has accepted. For one thread.
 */
final class SentBatch {

	private final Deque<Sent> pending = new ArrayDeque<>();

	private final List<Sent> failed = new ArrayList<>();

	private final Set<String> topics = new HashSet<>();

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
				this.topics.add(sent.topic());
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

	/** Returns the topics that the cluster has acknowledged records for. */
	Set<String> topics() {
		return this.topics;
	}

	/**
	 * A record.
	 *
	 * @param delivery the delivery
	 * @param length the length of the value
	 * @param shortened whether it was longer, and the cluster has refused that
	 * @param topic the topic
	 * @param future the acknowledgement
	 */
	record Sent(Delivery delivery, int length, boolean shortened, String topic, Future<RecordMetadata> future) {

		private boolean await(long nanos) throws InterruptedException {
			try {
				this.future.get(nanos, TimeUnit.NANOSECONDS);
			}
			catch (ExecutionException ex) {
				// An outcome, too
			}
			catch (TimeoutException ex) {
				return false;
			}
			return true;
		}

		/** Waits for the outcome; {@code null} if the record was acknowledged. */
		@Nullable Exception failure() throws InterruptedException {
			try {
				this.future.get();
				return null;
			}
			catch (ExecutionException ex) {
				return (ex.getCause() instanceof KafkaException cause) ? cause : ex;
			}
		}

	}

}
