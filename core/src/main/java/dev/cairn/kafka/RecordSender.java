package dev.cairn.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.cairn.delivery.Delivery;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends records with a producer that is created with the first one, and replaced when a
 * failure has made it unusable. A record that will be retried is not overtaken by younger
 * ones of its topic. For the thread of the sink.
 */
final class RecordSender {

	/** The key, the headers and the batch of a record. */
	private static final int OVERHEAD = 512;

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

	private final Supplier<Producer<byte[], byte[]>> producers;

	private final KafkaRecords records;

	private final KafkaTopics topics;

	private final Rejections rejections;

	private final Consumer<SentRecord> failures = this::failed;

	/** The batches on their way; read by the thread of the producer. */
	private final Set<SentBatch> batches = ConcurrentHashMap.newKeySet();

	/** The failures of records that will be retried, by topic. */
	private final Map<String, Exception> failedTopics = new ConcurrentHashMap<>();

	private volatile @Nullable Producer<byte[], byte[]> producer;

	/** Why the producer was closed. */
	private volatile @Nullable Exception closedFor;

	RecordSender(Supplier<Producer<byte[], byte[]>> producers, KafkaRecords records, KafkaTopics topics,
			Rejections rejections) {
		this.producers = producers;
		this.records = records;
		this.topics = topics;
		this.rejections = rejections;
	}

	SentBatch begin(int size) {
		SentBatch batch = new SentBatch(size);
		this.batches.add(batch);
		return batch;
	}

	/** Called when all records of a batch have an outcome. */
	void end(SentBatch batch) {
		this.batches.remove(batch);
		if (this.batches.isEmpty()) {
			this.failedTopics.clear();
		}
	}

	Producer<byte[], byte[]> open() throws Exception {
		Producer<byte[], byte[]> open = this.producer;
		if (open == null) {
			try {
				open = this.producers.get();
			}
			catch (KafkaException ex) {
				throw KafkaFailures.explain(ex, null);
			}
			this.producer = open;
			this.closedFor = null;
		}
		return open;
	}

	/** Sends half of it, once: the limit of the cluster is not available here. */
	void shorten(SentRecord tooLarge, SentBatch batch) throws Exception {
		Delivery delivery = tooLarge.delivery();
		int length = tooLarge.length() / 2 - OVERHEAD;
		try {
			this.records.encoder(this.records.template(delivery.message())).encode(delivery.message(), length);
		}
		catch (Exception ex) {
			this.rejections.reject(tooLarge);
			return;
		}
		send(delivery, batch, length, true);
	}

	/** Throws an exception if the cluster appears to be unavailable. */
	void send(Delivery delivery, SentBatch batch, int maxBytes, boolean shortened) throws Exception {
		RecordTemplate template = this.records.template(delivery.message());
		byte[] value = delivery.encode(this.records.encoder(template), maxBytes);
		if (value == null) {
			return;
		}
		ProducerRecord<byte[], byte[]> rec = this.records.rec(delivery.message(), template, value);
		if (this.topics.isMissing(rec.topic())) {
			this.rejections.rejectMissing(delivery, rec.topic());
			return;
		}
		SentRecord sent = new SentRecord(delivery, rec.topic(), value.length, shortened, batch, this.failures,
				new AtomicReference<>());
		batch.add(sent);
		send(rec, sent);
		Exception outcome = sent.failure();
		if (outcome == null) {
			this.topics.sent(rec.topic(), open());
		}
		else if (KafkaFailures.isMissingTopic(outcome)) {
			this.topics.missing(rec.topic());
		}
		if (outcome != null && !this.topics.isLoss(outcome, rec.topic())) {
			throw outcome;
		}
	}

	private void send(ProducerRecord<byte[], byte[]> rec, SentRecord sent) throws Exception {
		// After the record was added: either this thread finds the failure of an older
		// one, or the thread of the producer finds the record
		Exception failed = this.failedTopics.get(rec.topic());
		if (failed != null) {
			sent.refused(failed);
			return;
		}
		try {
			open().send(rec, sent);
		}
		catch (RuntimeException | Error ex) {
			sent.refused((ex instanceof Exception failure) ? failure : new KafkaException(ex));
			throw ex;
		}
	}

	/** Called by the thread of the producer. */
	private void failed(SentRecord sent) {
		Exception reason = sent.requireFailure();
		if (this.topics.isLoss(reason, sent.topic())) {
			return;
		}
		this.failedTopics.put(sent.topic(), reason);
		if (this.closedFor == null && this.batches.stream().anyMatch((batch) -> batch.isOpen(sent.topic()))) {
			closeFor(reason);
		}
	}

	/**
	 * Ends a batch without an outcome. The client of Kafka 4.1 splits a batch that is too
	 * large for its topic into batches of the same size, for ever.
	 */
	void abort(SentBatch batch, Duration patience) throws InterruptedException {
		closeFor(new TimeoutException("the cluster has neither accepted nor refused the records for "
				+ patience.toMillis() + " ms. If batches are larger than max.message.bytes of the topic, "
				+ "use kafka-clients 4.2 or later, or a smaller batch.size"));
		batch.await(Long.MAX_VALUE);
	}

	/**
	 * Closes the producer, so that all records on their way have an outcome. A record
	 * that has expired has the failure of its last attempt, if there was any.
	 */
	private void closeFor(Exception reason) {
		Producer<byte[], byte[]> open = this.producer;
		if (this.closedFor == null && open != null) {
			this.closedFor = reason;
			open.close(Duration.ZERO);
		}
	}

	/** Closes a producer that is of no more use. Returns the first failure. */
	Exception replaceUnusable(Exception failure) {
		Exception first = this.closedFor;
		if (first != null || !KafkaFailures.isPassing(failure)) {
			closeProducer();
		}
		return (first != null) ? first : failure;
	}

	void close() {
		closeProducer();
		this.batches.clear();
		this.failedTopics.clear();
	}

	private void closeProducer() {
		Producer<byte[], byte[]> open = this.producer;
		this.producer = null;
		if (open != null) {
			open.close(CLOSE_TIMEOUT);
		}
	}

}
