package dev.cairn.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.cairn.DropReason;
import dev.cairn.Message;
import dev.cairn.delivery.BatchSender;
import dev.cairn.delivery.DeadLetters;
import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Lines;
import dev.cairn.delivery.Lines.Line;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.encoding.MessageTooLargeException;
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
public final class KafkaSender implements BatchSender {

	/** What a record has besides its value: the key, the headers and the batch. */
	private static final int OVERHEAD = 512;

	private static final long MISSING_NANOS = TimeUnit.SECONDS.toNanos(30);

	private static final int MAX_MISSING = 1000;

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

	private final Supplier<Producer<byte[], byte[]>> producers;

	private final Function<Message, KafkaAddress> addresses;

	private final MessageEncoder encoder;

	private final int maxBytes;

	private final DeadLetters deadLetters;

	/** Topics that the cluster does not have, and until when that is believed. */
	private final Map<String, Long> missing = new HashMap<>();

	private @Nullable Producer<byte[], byte[]> producer;

	/**
	 * Create a sender.
	 * @param producers makes a producer; it should acknowledge by all replicas, be
	 * idempotent, and block for seconds rather than minutes
	 * @param addresses where a message goes
	 * @param encoder writes the values
	 * @param maxBytes how large a value may be
	 * @param deadLetters keeps what the cluster will never take
	 */
	public KafkaSender(Supplier<Producer<byte[], byte[]>> producers, Function<Message, KafkaAddress> addresses,
			MessageEncoder encoder, int maxBytes, DeadLetters deadLetters) {
		this.producers = producers;
		this.addresses = addresses;
		this.encoder = encoder;
		this.maxBytes = maxBytes;
		this.deadLetters = deadLetters;
	}

	@Override
	public void send(List<Delivery> batch) throws Exception {
		try {
			Producer<byte[], byte[]> open = open();
			List<Line> shorter = settle(submit(open, batch.iterator(), this::encode));
			if (!shorter.isEmpty()) {
				settle(submit(open, shorter.iterator(), (line) -> line));
			}
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

	private @Nullable Line encode(Delivery delivery) {
		return Lines.encode(delivery, this.encoder, this.maxBytes);
	}

	/** One after the other, so that the producer sends the first ones meanwhile. */
	private <S> List<InFlight> submit(Producer<byte[], byte[]> open, Iterator<S> sources,
			Function<S, @Nullable Line> lines) throws InterruptedException {
		List<InFlight> inFlight = new ArrayList<>();
		boolean there = true;
		while (there && sources.hasNext()) {
			Line line = lines.apply(sources.next());
			there = line == null || submit(open, line, inFlight);
		}
		open.flush();
		return inFlight;
	}

	/**
	 * Hand a record to the producer.
	 * @return whether the cluster is there, as far as is known
	 */
	private boolean submit(Producer<byte[], byte[]> open, Line line, List<InFlight> inFlight)
			throws InterruptedException {
		ProducerRecord<byte[], byte[]> record = record(line);
		if (isMissing(record.topic())) {
			refuse(line, "the cluster has no topic " + record.topic(), DropReason.REJECTED);
			return true;
		}
		InFlight sent = new InFlight(line, open.send(record));
		inFlight.add(sent);
		if (sent.topicIsMissing()) {
			missing(record.topic());
			return true;
		}
		return !sent.clusterIsAway();
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
		if (this.missing.size() < MAX_MISSING) {
			this.missing.put(topic, System.nanoTime() + MISSING_NANOS);
		}
	}

	/**
	 * What is refused is dropped here; anything else is worth another try.
	 * @return what was too large, and is shorter now
	 */
	private List<Line> settle(List<InFlight> inFlight) throws Exception {
		Exception failure = null;
		List<Line> shorter = new ArrayList<>();
		for (InFlight sent : inFlight) {
			Exception outcome = sent.outcome();
			if (outcome == null) {
				sent.line().delivered();
			}
			else if (isTooLarge(outcome)) {
				shorten(sent.line(), outcome, shorter);
			}
			else if (sent.topicIsMissing() || isRefusal(outcome)) {
				refuse(sent.line(), describe(outcome), DropReason.REJECTED);
			}
			else if (failure == null || isPassing(failure)) {
				failure = outcome;
			}
		}
		if (failure != null) {
			throw failure;
		}
		return shorter;
	}

	private static boolean isTooLarge(Exception outcome) {
		return outcome instanceof RecordTooLargeException || outcome instanceof RecordBatchTooLargeException;
	}

	/** Half of it, once: how much the cluster takes is known only there. */
	private void shorten(Line line, Exception refusal, List<Line> shorter) {
		int length = line.bytes().length / 2 - OVERHEAD;
		try {
			if (!line.shortened() && length > 0) {
				shorter.add(new Line(line.delivery(), this.encoder.encode(line.message(), length), true));
				return;
			}
		}
		catch (MessageTooLargeException ex) {
			// There is nothing that could be shortened
		}
		refuse(line, describe(refusal), DropReason.OVERSIZE);
	}

	private void refuse(Line line, String reason, DropReason otherwise) {
		boolean kept = this.deadLetters.keep(line.message(), reason);
		line.delivery().drop(kept ? DropReason.DEAD_LETTER : otherwise, reason);
	}

	private static String describe(Exception refusal) {
		return refusal.getClass().getSimpleName() + ": " + refusal.getMessage();
	}

	/** The cluster is fine; it is this very record that it will never take. */
	private static boolean isRefusal(Exception outcome) {
		return isTooLarge(outcome) || outcome instanceof InvalidTopicException
				|| outcome instanceof TopicAuthorizationException || outcome instanceof InvalidRecordException
				|| outcome instanceof InvalidTimestampException || outcome instanceof SerializationException
				|| outcome instanceof PolicyViolationException;
	}

	/** The same producer will do when the cause is gone. */
	private static boolean isPassing(Exception failure) {
		return failure instanceof RetriableException || failure instanceof InterruptException
				|| failure instanceof AuthenticationException || failure instanceof AuthorizationException;
	}

	private ProducerRecord<byte[], byte[]> record(Line line) {
		Message message = line.message();
		KafkaAddress address = this.addresses.apply(message);
		ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(address.topicOf(message), null, timestamp(message),
				address.keyOf(message), line.bytes());
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

	}

}
