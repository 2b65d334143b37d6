package dev.cairn.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.cairn.DropReason;
import dev.cairn.Message;
import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Destination;
import dev.cairn.encoding.MessageEncoder;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Utils;
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

	private static final long MISSING_NANOS = TimeUnit.SECONDS.toNanos(30);

	private static final int MAX_TOPICS = 1000;

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

	private final Supplier<Producer<byte[], byte[]>> producers;

	private final Function<Message, KafkaAddress> addresses;

	private final MessageEncoder encoder;

	private final int maxBytes;

	private final BiPredicate<Message, String> deadLetters;

	/** Missing topics, and when to ask for them again. */
	private final Map<String, Long> missing = new HashMap<>();

	/** The number of partitions of each topic that has been sent to. */
	private final Map<String, Integer> partitions = new ConcurrentHashMap<>();

	/** The records of each batch that is submitted and not settled. */
	private final Map<List<Delivery>, List<InFlight>> submitted = new IdentityHashMap<>();

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
		this.addresses = addresses;
		this.encoder = encoder;
		this.maxBytes = maxBytes;
		this.deadLetters = deadLetters;
	}

	@Override
	public @Nullable Object lane(Message message) {
		KafkaAddress address = this.addresses.apply(message);
		String topic = address.topicOf(message);
		Integer count = this.partitions.get(topic);
		if (count == null) {
			return null;
		}
		byte[] key = address.keyOf(message);
		return (key != null) ? topic + "-" + Utils.toPositive(Utils.murmur2(key)) % count : topic;
	}

	@Override
	public void submit(List<Delivery> batch) throws Exception {
		List<InFlight> records = new ArrayList<>(batch.size());
		this.submitted.put(batch, records);
		Producer<byte[], byte[]> open = open();
		try {
			for (Delivery delivery : batch) {
				byte[] value = delivery.encode(this.encoder, this.maxBytes);
				if (value != null) {
					send(open, delivery, value, false, records);
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
	private void send(Producer<byte[], byte[]> open, Delivery delivery, byte[] value, boolean shortened,
			List<InFlight> records) throws Exception {
		ProducerRecord<byte[], byte[]> rec = rec(delivery.message(), value);
		if (isMissing(rec.topic())) {
			refuse(delivery, "the cluster has no topic " + rec.topic(), DropReason.REJECTED);
			return;
		}
		Thread sender = Thread.currentThread();
		Future<RecordMetadata> future = open.send(rec, (metadata, ex) -> {
			if (ex == null) {
				delivery.delivered();
			}
			else if (Thread.currentThread() != sender && !isLoss(ex)) {
				closeFailed(open);
			}
		});
		InFlight sent = new InFlight(delivery, value.length, shortened, rec.topic(), future);
		records.add(sent);
		if (future.isDone()) {
			Exception outcome = sent.outcome();
			if (KafkaFailures.isMissingTopic(outcome)) {
				missing(rec.topic());
			}
			else if (outcome != null && !KafkaFailures.isRefusal(outcome)) {
				throw outcome;
			}
		}
	}

	/** Returns whether the record is not sent again as it is. */
	private static boolean isLoss(Exception outcome) {
		return KafkaFailures.isRefusal(outcome) || KafkaFailures.isMissingTopic(outcome);
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

	/** Each further record for a missing topic would wait as long as the first one. */
	private boolean isMissing(String topic) {
		Long until = this.missing.get(topic);
		if (until != null && System.nanoTime() - until > 0) {
			this.missing.remove(topic);
			until = null;
		}
		return until != null;
	}

	private void missing(String topic) {
		if (this.missing.size() < MAX_TOPICS) {
			this.missing.put(topic, System.nanoTime() + MISSING_NANOS);
		}
	}

	@Override
	public boolean settle(List<Delivery> batch, long nanos) throws Exception {
		List<InFlight> records = this.submitted.getOrDefault(batch, List.of());
		long deadline = System.nanoTime() + nanos;
		for (InFlight sent : records) {
			if (!sent.await(deadline - System.nanoTime())) {
				return false;
			}
		}
		this.submitted.remove(batch);
		List<InFlight> shorter = new ArrayList<>();
		for (InFlight tooLarge : settleRecords(records)) {
			shorten(tooLarge, shorter);
		}
		settleRecords(shorter);
		if (!batch.stream().allMatch(Delivery::isSettled)) {
			throw new KafkaException("the producer has not accepted all records");
		}
		return true;
	}

	/**
	 * Drops what is refused, and returns what was too large and may be sent again,
	 * shorter. All outcomes count before anything is sent, which may fail.
	 */
	private List<InFlight> settleRecords(List<InFlight> records) throws Exception {
		Exception failure = null;
		List<InFlight> tooLarge = new ArrayList<>();
		for (InFlight sent : records) {
			Exception outcome = sent.outcome();
			if (outcome == null) {
				sent.delivery().delivered();
				learnPartitions(sent.topic());
			}
			else if (KafkaFailures.isTooLarge(outcome) && sent.shortened()) {
				refuse(sent.delivery(), describe(outcome), DropReason.OVERSIZE);
			}
			else if (KafkaFailures.isTooLarge(outcome)) {
				tooLarge.add(sent);
			}
			else if (KafkaFailures.isMissingTopic(outcome) || KafkaFailures.isRefusal(outcome)) {
				refuse(sent.delivery(), describe(outcome), DropReason.REJECTED);
			}
			else if (failure == null || KafkaFailures.isPassing(failure)) {
				failure = outcome;
			}
		}
		if (failure != null) {
			replaceUnusable(failure);
			throw failure;
		}
		return tooLarge;
	}

	/** The metadata is there once a record is acknowledged, so this does not block. */
	private void learnPartitions(String topic) {
		Producer<byte[], byte[]> open = this.producer;
		if (open == null || this.partitions.containsKey(topic) || this.partitions.size() >= MAX_TOPICS) {
			return;
		}
		try {
			this.partitions.put(topic, Math.max(1, open.partitionsFor(topic).size()));
		}
		catch (RuntimeException ex) {
			// The producer was closed; the next record will do
		}
	}

	/** Sends half of it, once: the limit of the cluster is not available here. */
	private void shorten(InFlight sent, List<InFlight> shorter) throws Exception {
		int length = sent.length() / 2 - OVERHEAD;
		if (length <= 0) {
			refuseTooLarge(sent);
			return;
		}
		byte[] value;
		try {
			value = this.encoder.encode(sent.delivery().message(), length).bytes();
		}
		catch (Exception ex) {
			refuseTooLarge(sent);
			return;
		}
		sent.delivery().encode(this.encoder, length);
		send(open(), sent.delivery(), value, true, shorter);
	}

	private void refuseTooLarge(InFlight sent) throws InterruptedException {
		Exception outcome = sent.outcome();
		refuse(sent.delivery(), (outcome != null) ? describe(outcome) : "too large", DropReason.OVERSIZE);
	}

	private void refuse(Delivery delivery, String reason, DropReason otherwise) {
		boolean kept = this.deadLetters.test(delivery.message(), reason);
		delivery.drop(kept ? DropReason.DEAD_LETTER : otherwise, reason);
	}

	private static String describe(Exception refusal) {
		return refusal.getClass().getSimpleName() + ": " + refusal.getMessage();
	}

	private ProducerRecord<byte[], byte[]> rec(Message message, byte[] value) {
		KafkaAddress address = this.addresses.apply(message);
		ProducerRecord<byte[], byte[]> rec = new ProducerRecord<>(address.topicOf(message), null, timestamp(message),
				address.keyOf(message), value);
		CloudEventHeaders.write(message, rec.headers());
		return rec;
	}

	/**
	 * Brokers refuse records from the future, and with them the whole batch. The value
	 * and {@code ce_time} have the time that the caller has set.
	 */
	private static long timestamp(Message message) {
		return Math.max(0, Math.min(message.timestamp().toEpochMilli(), System.currentTimeMillis()));
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

	/**
	 * A record that the producer has accepted.
	 *
	 * @param delivery the delivery
	 * @param length the length of the value
	 * @param shortened whether it was longer, and the cluster has refused that
	 * @param topic the topic
	 * @param future the acknowledgement
	 */
	private record InFlight(Delivery delivery, int length, boolean shortened, String topic,
			Future<RecordMetadata> future) {

		boolean await(long nanos) throws InterruptedException {
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

		@Nullable Exception outcome() throws InterruptedException {
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
