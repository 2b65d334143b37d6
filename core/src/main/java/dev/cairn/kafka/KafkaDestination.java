package dev.cairn.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Destination;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.kafka.SentBatch.Sent;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages to Kafka with a producer of its own, which is created with the first
 * message, so that an unavailable broker delays nothing. A message counts as delivered
 * when the broker has acknowledged it. {@link Producer#send} blocks while the cluster is
 * unknown, which holds up the thread of the sink only. A lane is a partition of a topic.
 */
public final class KafkaDestination implements Destination {

	private static final Logger logger = LoggerFactory.getLogger(KafkaDestination.class);

	/** The key, the headers and the batch of a record. */
	private static final int OVERHEAD = 512;

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

	private final Supplier<Producer<byte[], byte[]>> producers;

	private final KafkaRecords records;

	private final int maxBytes;

	private final Options options;

	private final BiPredicate<Message, String> deadLetters;

	private final KafkaTopics topics = new KafkaTopics();

	/** The records of each batch that is submitted and not settled. */
	private final Map<List<Delivery>, SentBatch> submitted = new IdentityHashMap<>();

	private @Nullable Producer<byte[], byte[]> producer;

	/** Why the producer was closed: a record that will be retried. */
	private volatile @Nullable Exception failed;

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
	public KafkaDestination(Supplier<Producer<byte[], byte[]>> producers, Function<Message, Address> addresses,
			MessageEncoder encoder, int maxBytes, BiPredicate<Message, String> deadLetters) {
		this(producers, addresses, encoder, maxBytes, deadLetters, Options.DEFAULT);
	}

	/**
	 * Creates a destination for a producer with settings of its own.
	 * @param producers creates a producer; it should require the acknowledgement of all
	 * replicas, be idempotent, and block for seconds rather than minutes
	 * @param addresses returns the address of a message
	 * @param encoder writes the values
	 * @param maxBytes the maximum size of a value
	 * @param deadLetters keeps a message that the cluster will never accept, with the
	 * reason; returns whether it is kept
	 * @param options how the producer behaves
	 */
	public KafkaDestination(Supplier<Producer<byte[], byte[]>> producers, Function<Message, Address> addresses,
			MessageEncoder encoder, int maxBytes, BiPredicate<Message, String> deadLetters, Options options) {
		this.producers = producers;
		this.records = new KafkaRecords(addresses, encoder);
		this.maxBytes = maxBytes;
		this.options = options;
		this.deadLetters = deadLetters;
	}

	@Override
	public List<?> lanes(Message message) {
		return this.options.partitionedByKey() ? this.records.lanes(message, this.topics)
				: List.of(this.records.topic(message));
	}

	@Override
	public boolean keep(Message message, String reason) {
		return this.deadLetters.test(message, reason);
	}

	@Override
	public void submit(List<Delivery> batch) throws Exception {
		SentBatch sent = new SentBatch();
		this.submitted.put(batch, sent);
		Producer<byte[], byte[]> open = open();
		Set<String> blocked = new HashSet<>();
		Exception failure = null;
		for (Delivery delivery : batch) {
			String topic = this.records.topic(delivery.message());
			boolean waits = failure != null && (blocked.contains(topic) || this.topics.partitions(topic) == null);
			byte[] value = waits ? null : delivery.encode(encoderOf(delivery), this.maxBytes);
			try {
				if (value != null) {
					send(open, delivery, value, false, sent);
				}
			}
			catch (InterruptException | BufferExhaustedException ex) {
				throw ex;
			}
			catch (RuntimeException ex) {
				// One topic may have no leader; to wait for further unknown ones takes
				// too long
				blocked.add(topic);
				failure = (failure != null) ? failure : ex;
			}
		}
		if (failure != null) {
			replaceUnusable(failure);
			throw KafkaFailures.explain(failure, this.options.clientLog().get());
		}
	}

	private MessageEncoder encoderOf(Delivery delivery) {
		return this.records.encoder(delivery.message());
	}

	private Producer<byte[], byte[]> open() throws Exception {
		Producer<byte[], byte[]> open = this.producer;
		if (open == null) {
			try {
				open = this.producers.get();
			}
			catch (KafkaException ex) {
				throw KafkaFailures.explain(ex, null);
			}
			this.producer = open;
			this.failed = null;
		}
		return open;
	}

	/** Throws an exception if the cluster appears to be unavailable. */
	private void send(Producer<byte[], byte[]> open, Delivery delivery, byte[] value, boolean shortened, SentBatch sent)
			throws Exception {
		ProducerRecord<byte[], byte[]> rec = this.records.rec(delivery.message(), value);
		if (this.topics.isMissing(rec.topic())) {
			refuseMissing(delivery, rec.topic());
			return;
		}
		Thread sender = Thread.currentThread();
		AtomicInteger onTheirWay = this.topics.onTheirWay(rec.topic());
		onTheirWay.incrementAndGet();
		Sent last = new Sent(delivery, value.length, shortened);
		try {
			open.send(rec, (metadata, ex) -> {
				int others = onTheirWay.decrementAndGet();
				if (ex == null) {
					delivery.delivered();
				}
				else if (others > 0 && Thread.currentThread() != sender && !KafkaFailures.isLoss(ex)) {
					closeFailed(open, ex);
				}
				last.outcome().complete(ex);
			});
		}
		catch (RuntimeException ex) {
			onTheirWay.decrementAndGet();
			throw ex;
		}
		sent.add(last);
		Exception outcome = last.failure();
		if (outcome == null) {
			sent(rec.topic(), open);
		}
		else {
			if (KafkaFailures.isMissingTopic(outcome)) {
				this.topics.missing(rec.topic());
			}
			else if (!KafkaFailures.isLoss(outcome)) {
				throw outcome;
			}
		}
	}

	private void sent(String topic, Producer<byte[], byte[]> open) {
		if (this.topics.sent(topic, open) && Integer.valueOf(1).equals(this.topics.partitions(topic))
				&& KafkaFailures.isUnknownTopic(topic, this.options.clientLog().get())) {
			logger.warn(
					"Cairn: the cluster has created the topic {}, which was missing, with one partition. Only one "
							+ "consumer of a group can read it. Create it with more, or declare a NewTopic bean",
					topic);
		}
	}

	/**
	 * Younger records of the same partition must not overtake one that will be retried. A
	 * record that has expired has the failure of its last attempt, if there was any.
	 */
	private void closeFailed(Producer<byte[], byte[]> open, Exception reason) {
		if (this.failed == null) {
			this.failed = reason;
			open.close(Duration.ZERO);
		}
	}

	@Override
	public boolean settle(List<Delivery> batch, long nanos) throws Exception {
		SentBatch sent = this.submitted.get(batch);
		if (sent != null) {
			if (!sent.await(nanos)) {
				if (sent.age() <= this.options.patience().toNanos()) {
					return false;
				}
				abort(sent);
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
	 * The client of Kafka 4.1 splits a batch that is too large for its topic into batches
	 * of the same size, for ever.
	 */
	private void abort(SentBatch sent) throws InterruptedException {
		Producer<byte[], byte[]> open = this.producer;
		if (open != null) {
			closeFailed(open,
					new TimeoutException("the cluster has neither accepted nor refused the records for "
							+ this.options.patience().toMillis() + " ms. If batches are larger than max.message.bytes "
							+ "of the topic, use kafka-clients 4.2 or later, or a smaller batch.size"));
		}
		sent.await(Long.MAX_VALUE / 2);
	}

	/**
	 * Sends what was too large again, shorter, after all other outcomes count: sending
	 * may fail.
	 */
	private void settle(SentBatch sent) throws Exception {
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
			Exception first = this.failed;
			replaceUnusable(failure);
			throw KafkaFailures.explain((first != null) ? first : failure, this.options.clientLog().get());
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
			encoderOf(tooLarge.delivery()).encode(tooLarge.delivery().message(), length);
		}
		catch (Exception ex) {
			refuse(tooLarge, Objects.requireNonNull(tooLarge.failure()));
			return;
		}
		byte[] value = tooLarge.delivery().encode(encoderOf(tooLarge.delivery()), length);
		if (value != null) {
			send(open(), tooLarge.delivery(), value, true, shorter);
		}
	}

	private void refuseMissing(Delivery delivery, String topic) {
		refuse(delivery, "the cluster has no topic " + topic + ". Create it, or declare a NewTopic bean",
				DropReason.REJECTED, topic);
	}

	private void refuse(Sent sent, Exception outcome) {
		if (KafkaFailures.isMissingTopic(outcome)) {
			refuseMissing(sent.delivery(), this.records.topic(sent.delivery().message()));
			return;
		}
		refuse(sent.delivery(), outcome.getClass().getSimpleName() + ": " + outcome.getMessage(),
				KafkaFailures.isTooLarge(outcome) ? DropReason.OVERSIZE : DropReason.REJECTED, "");
	}

	private void refuse(Delivery delivery, String reason, DropReason otherwise, String kind) {
		boolean kept = this.deadLetters.test(delivery.message(), reason);
		delivery.drop(kept ? DropReason.DEAD_LETTER : otherwise, reason, kind);
	}

	/** Some failures leave a producer unusable, without a specific exception. */
	private void replaceUnusable(Exception failure) {
		if (this.failed != null || !KafkaFailures.isPassing(failure)) {
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
	 * How a producer behaves.
	 *
	 * @param patience the time after which a batch without an outcome has failed, longer
	 * than the {@code delivery.timeout.ms} of the producer
	 * @param clientLog returns the last problem that the client has logged, {@code null}
	 * if it is unknown
	 * @param partitionedByKey whether the partition follows from the key as Kafka's own
	 * partitioner decides, so that a partition that fails does not hold up the others
	 */
	public record Options(Duration patience, Supplier<@Nullable String> clientLog, boolean partitionedByKey) {

		/** For a {@code delivery.timeout.ms} of 20 s. */
		public static final Options DEFAULT = new Options(Duration.ofSeconds(25), () -> null, true);

	}

	/**
	 * The topic and the key of messages. Both may have placeholders for values of a
	 * message, such as <code>{service}</code> or <code>{fields.order_id|trace_id}</code>,
	 * of which the first one that is present counts. Immutable.
	 */
	public static final class Address {

		private static final Pattern NOT_IN_TOPICS = Pattern.compile("[^a-zA-Z0-9._-]");

		private static final int MAX_TOPIC_LENGTH = 249;

		private final MessageTemplate topic;

		private final MessageTemplate key;

		private final MessageTemplate schema;

		private final @Nullable MessageEncoder encoder;

		/**
		 * Creates an address.
		 * @param topic the topic of a message; characters of values that Kafka does not
		 * allow become underscores
		 * @param key the key of a message, which decides on the partition and therefore
		 * on the order; a message that lacks the values has no key
		 * @throws IllegalArgumentException if a placeholder is unknown, or if Kafka would
		 * refuse the topic of any message
		 */
		public Address(String topic, String key) {
			this(topic, key, "", null);
		}

		/**
		 * Creates an address for messages of a format of their own.
		 * @param topic the topic of a message; characters of values that Kafka does not
		 * allow become underscores
		 * @param key the key of a message
		 * @param schema the URI of the schema of the values; empty for none
		 * @param encoder writes the values; {@code null} for the encoder of the
		 * destination
		 * @throws IllegalArgumentException if a placeholder is unknown, or if Kafka would
		 * refuse the topic of any message
		 */
		public Address(String topic, String key, String schema, @Nullable MessageEncoder encoder) {
			this.schema = MessageTemplate.of(schema);
			this.encoder = encoder;
			this.topic = MessageTemplate.of(topic);
			this.key = MessageTemplate.of(key);
			String fixed = this.topic.literals();
			if (NOT_IN_TOPICS.matcher(fixed).find()) {
				throw new IllegalArgumentException(
						"the topic '" + topic + "' must only contain the characters [a-zA-Z0-9._-]");
			}
			if (fixed.length() > MAX_TOPIC_LENGTH) {
				throw new IllegalArgumentException("a topic must have at most " + MAX_TOPIC_LENGTH + " characters");
			}
			if (this.topic.isLiteral() && (fixed.isEmpty() || fixed.equals(".") || fixed.equals(".."))) {
				throw new IllegalArgumentException("'" + fixed + "' is not a valid name of a topic");
			}
		}

		/**
		 * Returns the topic, if it is the same for all messages.
		 * @return the topic, or {@code null} if it has placeholders
		 */
		public @Nullable String fixedTopic() {
			return this.topic.isLiteral() ? this.topic.toString() : null;
		}

		@Nullable MessageEncoder encoder() {
			return this.encoder;
		}

		/** Returns {@code null} if there is none, or the message lacks a value. */
		@Nullable String schemaOf(Message message) {
			String uri = this.schema.expand(message);
			return (uri == null || uri.isEmpty()) ? null : uri;
		}

		String topicOf(Message message) {
			Message.Address own = message.address();
			if (own != null && own.topic() != null) {
				return own.topic();
			}
			if (this.topic.isLiteral()) {
				return this.topic.toString();
			}
			String expanded = this.topic.expand(message);
			String name = NOT_IN_TOPICS.matcher((expanded != null) ? expanded : this.topic.toString()).replaceAll("_");
			return name.substring(0, Math.min(name.length(), MAX_TOPIC_LENGTH));
		}

		byte @Nullable [] keyOf(Message message) {
			Message.Address own = message.address();
			String expanded = (own != null && own.key() != null) ? own.key() : this.key.expand(message);
			return (expanded != null) ? expanded.getBytes(StandardCharsets.UTF_8) : null;
		}

	}

}
