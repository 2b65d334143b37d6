package dev.cairn.sink.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
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
		List<InFlight> inFlight = new ArrayList<>(batch.size());
		Producer<byte[], byte[]> open = open();
		try {
			for (Line line : Lines.encode(batch, this.encoder, this.maxBytes)) {
				InFlight sent = new InFlight(line, open.send(record(line)));
				inFlight.add(sent);
				if (sent.clusterIsUnknown()) {
					// Each further record would wait as long as this one did
					break;
				}
			}
			open.flush();
			settle(inFlight);
		}
		catch (KafkaException ex) {
			if (!(ex instanceof RetriableException)) {
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

	private void settle(List<InFlight> inFlight) throws Exception {
		Exception failure = null;
		boolean refused = false;
		for (InFlight sent : inFlight) {
			Exception outcome = sent.outcome();
			if (outcome == null) {
				sent.line().delivered();
			}
			else if (outcome instanceof RetriableException || outcome instanceof InterruptException) {
				failure = (failure != null) ? failure : outcome;
			}
			else {
				refused = true;
				sent.refused(outcome);
			}
		}
		if (refused) {
			// Some refusals leave a producer unusable; a new one is cheaper than to know
			// which
			close();
		}
		if (failure != null) {
			throw failure;
		}
	}

	private ProducerRecord<byte[], byte[]> record(Line line) {
		Message message = line.message();
		String expandedKey = this.key.expand(message);
		byte[] keyBytes = (expandedKey != null) ? expandedKey.getBytes(StandardCharsets.UTF_8) : null;
		ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic(message), null,
				Math.max(0, message.timestamp().toEpochMilli()), keyBytes, line.bytes());
		CloudEventHeaders.write(message, record.headers());
		return record;
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

		boolean clusterIsUnknown() throws InterruptedException {
			return this.future.isDone() && outcome() instanceof RetriableException;
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
			DropReason reason = (failure instanceof RecordTooLargeException) ? DropReason.OVERSIZE
					: DropReason.REJECTED;
			this.line.delivery().drop(reason, failure.getClass().getSimpleName() + ": " + failure.getMessage());
		}

	}

}
