package dev.cairn.spring.kafka.listener;

import java.time.Duration;

import dev.cairn.Cairn.Attempts;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One call of a listener with a record, or with a batch represented by one of its
 * records. Confined to the consumer's thread.
 */
final class Delivery {

	private static final UnitOfWork.Key<Delivery> KEY = new UnitOfWork.Key<>("delivery");

	private final Listener listener;

	private RecordKey key;

	private ConsumerRecord<?, ?> record;

	private final int batchSize;

	private final Attempts attempts;

	private final boolean repeated;

	private @Nullable UnitOfWork unit;

	private UnitOfWork.@Nullable Scope scope;

	private @Nullable Exception thrown;

	private boolean forwarded;

	private boolean comesAgain;

	/**
	 * Creates a delivery.
	 * @param listener the listener
	 * @param key the key of the record
	 * @param record the record
	 * @param batchSize the number of records in the batch, 1 for a record listener
	 * @param attempts the attempts to process the record
	 * @param repeated whether an earlier delivery failed
	 */
	Delivery(Listener listener, RecordKey key, ConsumerRecord<?, ?> record, int batchSize, Attempts attempts,
			boolean repeated) {
		this.listener = listener;
		this.key = key;
		this.record = record;
		this.batchSize = batchSize;
		this.attempts = attempts;
		this.repeated = repeated;
	}

	/** Returns the delivery that the calling thread is working on. */
	static @Nullable Delivery current() {
		for (UnitOfWork unit = UnitOfWork.current(); unit != null; unit = unit.parent()) {
			Delivery delivery = unit.attribute(KEY);
			if (delivery != null) {
				return delivery;
			}
		}
		return null;
	}

	/** Begins an attempt as a unit of work, which becomes the current one. */
	void begin(Signals signals, @Nullable Trace trace) {
		UnitOfWork started = signals.start(UnitOfWork.Kind.RECORD, this.listener.id(), trace);
		started.set(KEY, this);
		this.unit = started;
		this.scope = started.open();
		this.attempts.begin();
	}

	/** Ends the attempt and its unit of work. */
	void end(UnitOfWork.Outcome outcome) {
		this.attempts.end();
		if (this.scope != null && this.unit != null) {
			this.scope.close();
			this.unit.end(outcome);
		}
	}

	/** Continues the attempt, represented by another record of the batch. */
	void continueWith(RecordKey key, ConsumerRecord<?, ?> record) {
		this.key = key;
		this.record = record;
	}

	Listener listener() {
		return this.listener;
	}

	RecordKey key() {
		return this.key;
	}

	ConsumerRecord<?, ?> record() {
		return this.record;
	}

	int batchSize() {
		return this.batchSize;
	}

	TopicPartition topicPartition() {
		return new TopicPartition(this.record.topic(), this.record.partition());
	}

	Attempts attempts() {
		return this.attempts;
	}

	boolean isRepeated() {
		return this.repeated;
	}

	/** Returns the exception of the listener, {@code null} unless the call failed. */
	@Nullable Exception thrown() {
		return this.thrown;
	}

	void failed(Exception thrown, boolean forwarded) {
		this.thrown = thrown;
		this.forwarded = forwarded;
	}

	/** Returns whether the failed record is to be forwarded to a retry topic. */
	boolean isForwarded() {
		return this.forwarded;
	}

	/** Returns whether the error handler has announced another delivery. */
	boolean comesAgain() {
		return this.comesAgain;
	}

	void setComesAgain() {
		this.comesAgain = true;
	}

	/** Returns whether the consumer's position is at the record, or before it. */
	boolean isNext(Consumer<?, ?> consumer) {
		try {
			return consumer.position(topicPartition(), Duration.ZERO) <= this.record.offset();
		}
		catch (RuntimeException ex) {
			// The partition or the consumer is gone, so this process gives up the record
			return false;
		}
	}

	/** Returns whether the record is one of these. */
	boolean isIn(ConsumerRecords<?, ?> records) {
		return records.records(topicPartition())
			.stream()
			.anyMatch((candidate) -> candidate.offset() == this.record.offset());
	}

}
