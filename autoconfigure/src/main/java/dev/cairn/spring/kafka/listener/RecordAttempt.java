package dev.cairn.spring.kafka.listener;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.cairn.Event;
import dev.cairn.Failure.Attempts;
import dev.cairn.MessageFields;
import dev.cairn.Trace;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.core.GuardedObservation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.listener.ErrorHandlingUtils;
import org.springframework.kafka.listener.SeekUtils;

/**
 * One call of a listener with a record, or with a batch represented by one of its
 * records, until the fate of the record is known. For the consumer's thread.
 */
final class RecordAttempt {

	private static final UnitOfWork.Key<RecordAttempt> KEY = new UnitOfWork.Key<>("attempt");

	private final Listener<?, ?> listener;

	private PendingRecords.Key key;

	private ConsumerRecord<?, ?> record;

	private final int batchSize;

	private final Attempts attempts;

	/** The trace of the first attempt, if there was one before. */
	private final @Nullable Trace earlier;

	private final UnitOfWork unit;

	/** That of a batch. Spring Kafka observes records. */
	private final GuardedObservation observation;

	private final UnitOfWork.Scope scope;

	private @Nullable Exception thrown;

	/** Whether the failed record is forwarded to a retry topic. */
	private boolean forwarded;

	private boolean comesAgain;

	private boolean reported;

	/** Begins an attempt in a prepared unit of work, which becomes the current one. */
	RecordAttempt(Listener<?, ?> listener, PendingRecords.Key key, ConsumerRecord<?, ?> record, int batchSize,
			Attempts attempts, @Nullable Trace earlier, UnitOfWork unit, GuardedObservation observation) {
		this.listener = listener;
		this.key = key;
		this.record = record;
		this.batchSize = batchSize;
		this.attempts = attempts;
		this.earlier = earlier;
		this.unit = unit;
		this.observation = observation;
		observation.openScope();
		unit.begin(null);
		this.scope = unit.open();
		unit.set(KEY, this);
		attempts.begin();
	}

	/** Returns the attempt that the calling thread is working on. */
	static Optional<RecordAttempt> current() {
		return Stream.iterate(UnitOfWork.current(), (unit) -> unit != null, UnitOfWork::parent)
			.flatMap((unit) -> Stream.ofNullable(unit.attribute(KEY)))
			.findFirst();
	}

	private void end(UnitOfWork.Outcome outcome) {
		this.attempts.end();
		this.scope.close();
		this.observation.closeScope();
		this.observation.stop(this.thrown);
		this.unit.end(outcome);
	}

	void succeeded() {
		this.listener.pending().remove(this.key);
		this.attempts.succeeded();
		end(UnitOfWork.Outcome.SUCCESS);
	}

	/** The listener, or a deserializer before it, threw an exception. */
	void failed(Exception thrown) {
		if (this.thrown == thrown) {
			return;
		}
		if (SeekUtils.isBackoffException(thrown)) {
			// The record of a retry topic is not due yet
			end(UnitOfWork.Outcome.ABORTED);
			return;
		}
		this.thrown = thrown;
		this.forwarded = this.listener.isForwarded(this.record, thrown);
		if (!this.forwarded) {
			this.attempts.failed(cause(thrown));
		}
		// Before a record is forwarded, since another thread may receive it at once
		this.listener.pending()
			.put(this.key, topicPartition(), this.attempts,
					(this.earlier != null) ? this.earlier : this.listener.activeTrace());
	}

	/** The listener of a batch threw an exception, which may name the failed record. */
	void failed(ConsumerRecords<?, ?> records, Exception thrown) {
		ConsumerRecord<?, ?> culprit = culprit(records, thrown);
		((culprit != null) ? representedBy(culprit) : this).failed(thrown);
	}

	private static @Nullable ConsumerRecord<?, ?> culprit(ConsumerRecords<?, ?> records, Exception thrown) {
		if (!(cause(thrown) instanceof BatchListenerFailedException failure)) {
			return null;
		}
		return (failure.getRecord() != null) ? failure.getRecord()
				: StreamSupport.stream(records.spliterator(), false)
					.skip(Math.max(0, failure.getIndex()))
					.findFirst()
					.orElse(null);
	}

	private RecordAttempt representedBy(ConsumerRecord<?, ?> culprit) {
		PendingRecords.Key key = this.listener.key(culprit);
		if (this.key.equals(key)) {
			return this;
		}
		if (this.listener.pending().get(this.key) != null || this.listener.pending().get(key) != null) {
			// The record that failed before has been processed
			succeeded();
			return this.listener.beginBatch(culprit, this.batchSize, List.of(culprit));
		}
		this.key = key;
		this.record = culprit;
		return this;
	}

	/** Returns the exception of the listener, without the exceptions that wrap it. */
	private static Throwable cause(Exception thrown) {
		Exception cause = ErrorHandlingUtils.findRootCause(thrown);
		return (cause != null) ? cause : thrown;
	}

	/** The error handler keeps the failed record for another attempt. */
	void comesAgain() {
		this.comesAgain = true;
	}

	/** The error handler gives up the failed record. */
	void givenUp() {
		if (this.thrown == null) {
			return;
		}
		if (!this.forwarded) {
			this.listener.pending().remove(this.key);
			report(this.thrown);
		}
		end(UnitOfWork.Outcome.FAILURE);
	}

	/**
	 * Reports the incident of a record that is being recovered, before the recoverer has
	 * ended, so that its log entry has the id.
	 */
	void recovering() {
		if (this.thrown != null && !this.forwarded) {
			report(this.thrown);
		}
	}

	private void report(Exception thrown) {
		if (!this.reported) {
			this.reported = true;
			this.attempts.failedElsewhere(this.listener.failedBefore(this.record));
		}
		this.attempts.givenUp(cause(thrown));
	}

	/** Ends the attempt if its fate was not reported. */
	void end(Consumer<?, ?> consumer) {
		if (this.thrown == null) {
			succeeded();
		}
		else if (this.comesAgain || isNext(consumer)) {
			end(UnitOfWork.Outcome.FAILURE);
		}
		else {
			givenUp();
		}
	}

	private boolean isNext(Consumer<?, ?> consumer) {
		try {
			return consumer.position(topicPartition(), Duration.ZERO) <= this.record.offset();
		}
		catch (RuntimeException ex) {
			// The partition or the consumer is gone, so this process gives up the record
			return false;
		}
	}

	boolean isOf(PendingRecords.Key key) {
		return this.key.equals(key);
	}

	boolean isIn(ConsumerRecords<?, ?> records) {
		return records.records(topicPartition())
			.stream()
			.anyMatch((candidate) -> candidate.offset() == this.record.offset());
	}

	private TopicPartition topicPartition() {
		return new TopicPartition(this.record.topic(), this.record.partition());
	}

	/** Describes the record without its key and value, which may be confidential. */
	void describe(Event report) {
		report.field(MessageFields.KAFKA_TOPIC, this.record.topic())
			.field(MessageFields.KAFKA_PARTITION, this.record.partition())
			.field(MessageFields.KAFKA_OFFSET, this.record.offset())
			.field("listener_id", this.listener.id());
		if (this.batchSize > 1) {
			report.field("kafka_batch_size", this.batchSize);
		}
		if (this.thrown != null) {
			report.field(MessageFields.HANDLED, false);
		}
		if (this.listener.group() != null) {
			report.field(MessageFields.KAFKA_GROUP, this.listener.group());
		}
	}

}
