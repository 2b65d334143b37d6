package dev.cairn.sink.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import dev.cairn.DropReason;
import dev.cairn.Message;
import dev.cairn.sink.BatchSender;
import dev.cairn.sink.Delivery;
import dev.cairn.sink.Lines;
import dev.cairn.sink.Lines.Line;
import dev.cairn.sink.MessageEncoder;
import dev.cairn.sink.MessageTemplate;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to Kafka with a producer of its own, which is made when the first
 * message comes, so that a broker that is away delays nothing. A message counts as
 * delivered when the broker has acknowledged it. {@link Producer#send} blocks while the
 * cluster is unknown; here that holds up the sink's thread and nobody else.
 */
public final class KafkaSender implements BatchSender<Message> {

	private static final Pattern NOT_IN_TOPICS = Pattern.compile("[^a-zA-Z0-9._-]");

	private static final int MAX_TOPIC_LENGTH = 249;

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

	private final Supplier<Producer<byte[], byte[]>> producers;

	private final MessageTemplate topic;

	private final MessageTemplate key;

	private final MessageEncoder encoder;

	private final int maxBytes;

	private @Nullable Producer<byte[], byte[]> producer;

	/**
	 * Create a sender.
	 * @param producers makes a producer; it should acknowledge by all replicas, be
	 * idempotent, and block for seconds rather than minutes
	 * @param topic the topic of a message
	 * @param key the key of a message; a message that lacks the value goes without a key
	 * @param encoder writes the values
	 * @param maxBytes how large a value may be
	 */
	public KafkaSender(Supplier<Producer<byte[], byte[]>> producers, MessageTemplate topic, MessageTemplate key,
			MessageEncoder encoder, int maxBytes) {
		this.producers = producers;
		this.topic = topic;
		this.key = key;
		this.encoder = encoder;
		this.maxBytes = maxBytes;
	}

	@Override
	public void send(List<Delivery<Message>> batch) throws Exception {
		try {
			Producer<byte[], byte[]> open = open();
			List<InFlight> inFlight = submit(open, Lines.encode(batch, this.encoder, this.maxBytes));
			open.flush();
			settle(inFlight);
		}
		catch (RuntimeException | ExecutionException ex) {
			if (!isPassing(ex)) {
				// Some failures leave a producer unusable, and no exception tells which
				close();
			}
			throw ex;
		}
	}

	private Producer<byte[], byte[]> open() {
		Producer<byte[], byte[]> open = this.producer;
		if (open == null) {
			open = this.producers.get();
			this.producer = open;
		}
		return open;
	}

	private List<InFlight> submit(Producer<byte[], byte[]> open, List<Line> lines) throws InterruptedException {
		List<InFlight> inFlight = new ArrayList<>(lines.size());
		Map<String, Future<RecordMetadata>> missing = new HashMap<>();
		for (Line line : lines) {
			ProducerRecord<byte[], byte[]> record = record(line);
			Future<RecordMetadata> known = missing.get(record.topic());
			InFlight sent = new InFlight(line, (known != null) ? known : open.send(record));
			inFlight.add(sent);
			if (sent.topicIsMissing()) {
				// Each further record for it would wait as long as this one did
				missing.put(record.topic(), sent.future());
			}
			else if (sent.clusterIsAway()) {
				break;
			}
		}
		return inFlight;
	}

	/** What is refused is dropped here; anything else is worth another try. */
	private void settle(List<InFlight> inFlight) throws Exception {
		Exception failure = null;
		for (InFlight sent : inFlight) {
			Exception outcome = sent.outcome();
			if (outcome == null) {
				sent.line().delivered();
			}
			else if (sent.topicIsMissing() || isRefusal(outcome)) {
				sent.refused(outcome);
			}
			else if (failure == null || isPassing(failure)) {
				failure = outcome;
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

	/** The cluster is fine; it is this very record that it will never take. */
	private static boolean isRefusal(Exception outcome) {
		return outcome instanceof RecordTooLargeException || outcome instanceof RecordBatchTooLargeException
				|| outcome instanceof InvalidTopicException || outcome instanceof TopicAuthorizationException
				|| outcome instanceof InvalidRecordException || outcome instanceof InvalidTimestampException
				|| outcome instanceof SerializationException || outcome instanceof PolicyViolationException;
	}

	/** The same producer will do when the cause is gone. */
	private static boolean isPassing(Exception failure) {
		return failure instanceof RetriableException || failure instanceof InterruptException
				|| failure instanceof AuthenticationException || failure instanceof AuthorizationException;
	}

	private ProducerRecord<byte[], byte[]> record(Line line) {
		Message message = line.message();
		String expandedKey = this.key.expand(message);
		byte[] keyBytes = (expandedKey != null) ? expandedKey.getBytes(StandardCharsets.UTF_8) : null;
		ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic(message), null, timestamp(message), keyBytes,
				line.bytes());
		CloudEventHeaders.write(message, record.headers());
		return record;
	}

	/**
	 * Brokers refuse records from the future, together with all that travel in the same
	 * batch. The time that the caller gave stands in the value and in {@code ce_time}.
	 */
	private static long timestamp(Message message) {
		return Math.max(0, Math.min(message.timestamp().toEpochMilli(), System.currentTimeMillis()));
	}

	private String topic(Message message) {
		String expanded = this.topic.expand(message);
		String name = NOT_IN_TOPICS.matcher((expanded != null) ? expanded : this.topic.toString()).replaceAll("_");
		return name.substring(0, Math.min(name.length(), MAX_TOPIC_LENGTH));
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
	 * A record that the producer has taken.
	 */
	private record InFlight(Line line, Future<RecordMetadata> future) {

		/** The cluster answers, but not for this topic. */
		boolean topicIsMissing() throws InterruptedException {
			return this.future.isDone() && outcome() instanceof TimeoutException timeout
					&& timeout.getCause() instanceof UnknownTopicOrPartitionException;
		}

		/** Failed on the spot, and not because of what it is. */
		boolean clusterIsAway() throws InterruptedException {
			if (!this.future.isDone()) {
				return false;
			}
			Exception outcome = outcome();
			return outcome != null && !isRefusal(outcome);
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

		void refused(Exception failure) {
			boolean tooLarge = failure instanceof RecordTooLargeException
					|| failure instanceof RecordBatchTooLargeException;
			this.line.delivery()
				.drop(tooLarge ? DropReason.OVERSIZE : DropReason.REJECTED,
						failure.getClass().getSimpleName() + ": " + failure.getMessage());
		}

	}

}
