package dev.cairn.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Destination;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.kafka.SentBatch.Sent;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to Kafka with a producer of its own, which is created with the first
 * message, so that an unavailable broker delays nothing. A message counts as delivered
 * when the broker has acknowledged it. {@link Producer#send} blocks while the cluster is
 * unknown, which holds up the thread of the sink only. A lane is a partition of a topic.
 */
public final class KafkaDestination implements Destination {

	/** The key, the headers and the batch of a record. */
	private static final int OVERHEAD = 512;

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

	private final Supplier<Producer<byte[], byte[]>> producers;

	private final KafkaRecords records;

	private final MessageEncoder encoder;

	private final int maxBytes;

	private final BiPredicate<Message, String> deadLetters;

	private final KafkaTopics topics = new KafkaTopics();

	/** The records of each batch that is submitted and not settled. */
	private final Map<List<Delivery>, SentBatch> submitted = new IdentityHashMap<>();

	private @Nullable Producer<byte[], byte[]> producer;

	/** Whether the producer was closed because a record will be retried. */
	private volatile boolean failed;

	/**
	 * Creates a destination.
	 * @param producers creates a producer; it should require the acknowledgement of all
	 * replicas, be idempotent, and block for seconds rather than minutes
	 * @param addresses returns the address of a message
	 * @param encoder writes the values
	 * @param maxBytes the maximum size of a value
	 * @param deadLetters keeps a message that the cluster will never accept, with the
	 * reason; returns whether it is kept
	 */
	public KafkaDestination(Supplier<Producer<byte[], byte[]>> producers, Function<Message, KafkaAddress> addresses,
			MessageEncoder encoder, int maxBytes, BiPredicate<Message, String> deadLetters) {
		this.producers = producers;
		this.records = new KafkaRecords(addresses);
		this.encoder = encoder;
		this.maxBytes = maxBytes;
		this.deadLetters = deadLetters;
	}

	@Override
	public @Nullable Object lane(Message message) {
		return this.records.lane(message, this.topics);
	}

	@Override
	public void submit(List<Delivery> batch) throws Exception {
		SentBatch sent = new SentBatch();
		this.submitted.put(batch, sent);
		Producer<byte[], byte[]> open = open();
		try {
			for (Delivery delivery : batch) {
				byte[] value = delivery.encode(this.encoder, this.maxBytes);
				if (value != null) {
					send(open, delivery, value, false, sent);
				}
			}
		}
		catch (RuntimeException ex) {
			replaceUnusable(ex);
			throw ex;
		}
	}

	private Producer<byte[], byte[]> open() {
		Producer<byte[], byte[]> open = this.producer;
		if (open == null) {
			open = this.producers.get();
			this.producer = open;
			this.failed = false;
		}
		return open;
	}

	/** Throws an exception if the cluster appears to be unavailable. */
	private void send(Producer<byte[], byte[]> open, Delivery delivery, byte[] value, boolean shortened, SentBatch sent)
			throws Exception {
		ProducerRecord<byte[], byte[]> rec = this.records.rec(delivery.message(), value);
		if (this.topics.isMissing(rec.topic())) {
			refuse(delivery, "the cluster has no topic " + rec.topic(), DropReason.REJECTED);
			return;
		}
		Thread sender = Thread.currentThread();
		Future<RecordMetadata> future = open.send(rec, (metadata, ex) -> {
			if (ex == null) {
				delivery.delivered();
			}
			else if (Thread.currentThread() != sender && !KafkaFailures.isLoss(ex)) {
				closeFailed(open);
			}
		});
		Sent last = new Sent(delivery, value.length, shortened, rec.topic(), future);
		sent.add(last);
		if (future.isDone()) {
			Exception outcome = last.failure();
			if (KafkaFailures.isMissingTopic(outcome)) {
				this.topics.missing(rec.topic());
			}
			else if (outcome != null && !KafkaFailures.isLoss(outcome)) {
				throw outcome;
			}
		}
	}

	/**
	 * Younger records of the same partition must not overtake one that will be retried. A
	 * record that has expired has the failure of its last attempt, if there was any.
	 */
	private void closeFailed(Producer<byte[], byte[]> open) {
		if (!this.failed) {
			this.failed = true;
			open.close(Duration.ZERO);
		}
	}

	@Override
	public boolean settle(List<Delivery> batch, long nanos) throws Exception {
		SentBatch sent = this.submitted.get(batch);
		if (sent != null) {
			if (!sent.await(nanos)) {
				return false;
			}
			this.submitted.remove(batch);
			settle(sent);
		}
		if (!batch.stream().allMatch(Delivery::isSettled)) {
			throw new KafkaException("the producer has not accepted all records");
		}
		return true;
	}

	/**
	 * Sends what was too large again, shorter, after all other outcomes count: sending
	 * may fail.
	 */
	private void settle(SentBatch sent) throws Exception {
		Producer<byte[], byte[]> open = this.producer;
		if (open != null) {
			sent.topics().forEach((topic) -> this.topics.acknowledged(topic, open));
		}
		Exception failure = null;
		List<Sent> tooLarge = new ArrayList<>();
		for (Sent failed : sent.failed()) {
			Exception outcome = Objects.requireNonNull(failed.failure());
			if (KafkaFailures.isTooLarge(outcome) && !failed.shortened()) {
				tooLarge.add(failed);
			}
			else if (KafkaFailures.isLoss(outcome)) {
				refuse(failed, outcome);
			}
			else if (failure == null || KafkaFailures.isPassing(failure)) {
				failure = outcome;
			}
		}
		if (failure != null) {
			replaceUnusable(failure);
			throw failure;
		}
		if (!tooLarge.isEmpty()) {
			SentBatch shorter = new SentBatch();
			for (Sent each : tooLarge) {
				shorten(each, shorter);
			}
			shorter.await(Long.MAX_VALUE / 2);
			settle(shorter);
		}
	}

	/** Sends half of it, once: the limit of the cluster is not available here. */
	private void shorten(Sent tooLarge, SentBatch shorter) throws Exception {
		int length = tooLarge.length() / 2 - OVERHEAD;
		try {
			this.encoder.encode(tooLarge.delivery().message(), length);
		}
		catch (Exception ex) {
			refuse(tooLarge, Objects.requireNonNull(tooLarge.failure()));
			return;
		}
		byte[] value = tooLarge.delivery().encode(this.encoder, length);
		if (value != null) {
			send(open(), tooLarge.delivery(), value, true, shorter);
		}
	}

	private void refuse(Sent sent, Exception outcome) {
		refuse(sent.delivery(), outcome.getClass().getSimpleName() + ": " + outcome.getMessage(),
				KafkaFailures.isTooLarge(outcome) ? DropReason.OVERSIZE : DropReason.REJECTED);
	}

	private void refuse(Delivery delivery, String reason, DropReason otherwise) {
		boolean kept = this.deadLetters.test(delivery.message(), reason);
		delivery.drop(kept ? DropReason.DEAD_LETTER : otherwise, reason);
	}

	/** Some failures leave a producer unusable, without a specific exception. */
	private void replaceUnusable(Exception failure) {
		if (this.failed || !KafkaFailures.isPassing(failure)) {
			close();
		}
	}

	@Override
	public void close() {
		Producer<byte[], byte[]> open = this.producer;
		this.producer = null;
		if (open != null) {
			open.close(CLOSE_TIMEOUT);
		}
	}

}
