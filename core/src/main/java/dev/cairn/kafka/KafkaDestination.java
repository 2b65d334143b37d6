package dev.cairn.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.cairn.Message;
import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Destination;
import dev.cairn.encoding.MessageEncoder;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to Kafka with a producer of its own, which is created with the first
 * message, so that an unavailable broker delays nothing. A message counts as delivered
 * when the broker has acknowledged it. {@link Producer#send} blocks while the cluster is
 * unknown, which holds up the thread of the sink only. A lane is a partition of a topic.
 */
public final class KafkaDestination implements Destination {

	private final KafkaRecords records;

	private final KafkaTopics topics;

	private final Rejections rejections;

	private final RecordSender sender;

	private final int maxBytes;

	private final Options options;

	/** The records of each batch that is submitted and not settled. */
	private final Map<List<Delivery>, SentBatch> submitted = new IdentityHashMap<>();

	/**
	 * Creates a destination.
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
		this.records = new KafkaRecords(addresses, encoder);
		this.topics = new KafkaTopics(options.clientLog(), options.missingTopic());
		this.rejections = new Rejections(deadLetters);
		this.sender = new RecordSender(producers, this.records, this.topics, this.rejections);
		this.maxBytes = maxBytes;
		this.options = options;
	}

	@Override
	public List<?> lanes(Message message) {
		return this.options.partitionedByKey() ? this.records.lanes(message, this.topics)
				: List.of(this.records.topic(message));
	}

	@Override
	public boolean keep(Message message, String reason) {
		return this.rejections.keep(message, reason);
	}

	@Override
	public void submit(List<Delivery> batch) throws Exception {
		SentBatch sent = this.sender.begin(batch.size());
		this.submitted.put(batch, sent);
		try {
			this.sender.open();
			send(batch, sent);
		}
		finally {
			sent.sealed();
		}
	}

	/** Sends to the other topics if one fails: it may have no leader. */
	private void send(List<Delivery> batch, SentBatch sent) throws Exception {
		Set<String> failed = new HashSet<>();
		Exception failure = null;
		for (Delivery delivery : batch) {
			if (failure != null && isSkipped(this.records.topic(delivery.message()), failed)) {
				continue;
			}
			try {
				this.sender.send(delivery, sent, this.maxBytes, false);
			}
			catch (InterruptException | BufferExhaustedException ex) {
				throw ex;
			}
			catch (RuntimeException ex) {
				failed.add(this.records.topic(delivery.message()));
				failure = (failure != null) ? failure : ex;
			}
		}
		if (failure != null) {
			throw unavailable(failure);
		}
	}

	/** To wait for further topics that are unknown takes too long. */
	private boolean isSkipped(String topic, Set<String> failed) {
		return failed.contains(topic) || this.topics.partitions(topic) == null;
	}

	private Exception unavailable(Exception failure) {
		return KafkaFailures.explain(this.sender.replaceUnusable(failure), this.options.clientLog().get());
	}

	@Override
	public boolean settle(List<Delivery> batch, long nanos) throws Exception {
		SentBatch sent = this.submitted.get(batch);
		if (sent != null) {
			if (!sent.await(nanos)) {
				if (sent.age() <= this.options.patience().toNanos()) {
					return false;
				}
				this.sender.abort(sent, this.options.patience());
			}
			this.submitted.remove(batch);
			this.sender.end(sent);
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
		Exception failure = null;
		List<SentRecord> tooLarge = new ArrayList<>();
		for (SentRecord failed : sent.failed()) {
			Exception outcome = failed.requireFailure();
			if (KafkaFailures.isTooLarge(outcome) && !failed.shortened()) {
				tooLarge.add(failed);
			}
			else if (this.topics.isLoss(outcome, failed.topic())) {
				this.rejections.reject(failed);
			}
			else if (failure == null || KafkaFailures.isPassing(failure)) {
				failure = outcome;
			}
		}
		if (failure != null) {
			throw unavailable(failure);
		}
		if (!tooLarge.isEmpty()) {
			shorten(tooLarge);
		}
	}

	private void shorten(List<SentRecord> tooLarge) throws Exception {
		SentBatch shorter = this.sender.begin(tooLarge.size());
		try {
			for (SentRecord each : tooLarge) {
				this.sender.shorten(each, shorter);
			}
		}
		finally {
			shorter.sealed();
			shorter.await(Long.MAX_VALUE);
			this.sender.end(shorter);
		}
		settle(shorter);
	}

	@Override
	public void close() {
		this.submitted.clear();
		this.sender.close();
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
	 * @param missingTopic the time for which the cluster may answer that it has no such
	 * topic before messages to it are given up; a cluster that starts or creates the
	 * topic answers so, too
	 */
	public record Options(Duration patience, Supplier<@Nullable String> clientLog, boolean partitionedByKey,
			Duration missingTopic) {

		/** For a {@code delivery.timeout.ms} of 20 s. */
		public static final Options DEFAULT = new Options(Duration.ofSeconds(25), () -> null, true,
				Duration.ofSeconds(30));

	}

	/**
	 * The topic, the key and the format of messages. The texts may have placeholders for
	 * values of a message, such as <code>{service}</code> or
	 * <code>{fields.order_id|trace_id}</code>, of which the first one that is present
	 * counts. Immutable.
	 */
	public static final class Address {

		private final RecordTemplate template;

		/**
		 * Creates an address.
		 * @param topic the topic of a message; characters of values that Kafka does not
		 * allow become underscores
		 * @param key the key of a message, which decides on the partition and therefore
		 * on the order; a message that lacks the values has no key
		 * @param schema the URI of the schema of the values; empty for none
		 * @param encoder writes the values; {@code null} for the encoder of the
		 * destination
		 * @throws IllegalArgumentException if a placeholder is unknown, or if Kafka would
		 * refuse the topic of any message
		 */
		public Address(String topic, String key, String schema, @Nullable MessageEncoder encoder) {
			this.template = new RecordTemplate(topic, key, schema, encoder);
		}

		/**
		 * Returns the topic, if it is the same for all messages.
		 * @return the topic, or {@code null} if it has placeholders
		 */
		public @Nullable String fixedTopic() {
			return this.template.fixedTopic();
		}

		RecordTemplate template() {
			return this.template;
		}

	}

}
