package dev.cairn.spring.kafka.listener;

import dev.cairn.Cairn;
import dev.cairn.Cairn.Attempts;
import dev.cairn.TraceSource;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.listener.RetryListener;
import org.springframework.kafka.listener.SeekUtils;

/**
 * Follows each record from its first delivery until it is processed or given up, and
 * reports a record that is given up as one incident. The interceptors report each
 * delivery, and spring-kafka's error handlers report the fate of a failed record as a
 * {@link RetryListener}. If an error handler does not report it, the position of the
 * consumer shows whether the record will be delivered again.
 */
final class DeliveryTracker implements RetryListener {

	private final Cairn cairn;

	private final Signals signals;

	private final TraceSource trace;

	private final RetryTopics retryTopics;

	private final PendingRecords pending = new PendingRecords();

	DeliveryTracker(Cairn cairn, Signals signals, TraceSource trace, RetryTopics retryTopics) {
		this.cairn = cairn;
		this.signals = signals;
		this.trace = trace;
		this.retryTopics = retryTopics;
	}

	/** Begins the delivery of a record. */
	void begin(Listener listener, ConsumerRecord<?, ?> record, Consumer<?, ?> consumer) {
		begin(listener, record, 1, consumer);
	}

	/** Begins the delivery of a batch, represented by a record that failed before. */
	void begin(Listener listener, ConsumerRecords<?, ?> records, Consumer<?, ?> consumer) {
		if (!records.isEmpty()) {
			begin(listener, representative(listener, records), records.count(), consumer);
		}
	}

	private void begin(Listener listener, ConsumerRecord<?, ?> record, int batchSize, Consumer<?, ?> consumer) {
		end(consumer);
		if (!this.pending.isEmpty()) {
			this.pending.removeUnassigned(consumer.assignment()).forEach(Attempts::succeeded);
		}
		begin(listener, record, batchSize);
	}

	private void begin(Listener listener, ConsumerRecord<?, ?> record, int batchSize) {
		RecordKey key = key(listener, record);
		Attempts before = this.pending.get(key);
		Attempts attempts = (before != null) ? before : this.cairn.attempts();
		new Delivery(listener, key, record, batchSize, attempts, before != null).begin(this.signals,
				this.trace.current());
	}

	private ConsumerRecord<?, ?> representative(Listener listener, ConsumerRecords<?, ?> records) {
		if (!this.pending.isEmpty()) {
			for (ConsumerRecord<?, ?> record : records) {
				if (this.pending.get(key(listener, record)) != null) {
					return record;
				}
			}
		}
		return records.iterator().next();
	}

	private RecordKey key(Listener listener, ConsumerRecord<?, ?> record) {
		return listener.retryable() ? this.retryTopics.key(listener, record) : RecordKey.of(listener.mainId(), record);
	}

	/** The listener returned. */
	void succeeded() {
		Delivery delivery = Delivery.current();
		if (delivery != null) {
			succeeded(delivery);
		}
	}

	private void succeeded(Delivery delivery) {
		if (delivery.isRepeated()) {
			this.pending.remove(delivery.key());
		}
		delivery.attempts().succeeded();
		delivery.end(UnitOfWork.Outcome.SUCCESS);
	}

	/** The listener, or a deserializer before it, threw an exception. */
	void failed(Listener listener, ConsumerRecord<?, ?> record, Exception thrown, Consumer<?, ?> consumer) {
		Delivery delivery = Delivery.current();
		if (delivery == null || !delivery.key().equals(key(listener, record))) {
			begin(listener, record, consumer);
		}
		failed(thrown);
	}

	/** The listener of a batch threw an exception. */
	void failed(Listener listener, ConsumerRecords<?, ?> records, Exception thrown, Consumer<?, ?> consumer) {
		if (Delivery.current() == null) {
			begin(listener, records, consumer);
		}
		failed(records, thrown);
	}

	private void failed(ConsumerRecords<?, ?> records, Exception thrown) {
		ConsumerRecord<?, ?> culprit = ListenerExceptions.culprit(records, thrown);
		if (culprit != null) {
			represent(culprit);
		}
		failed(thrown);
	}

	private void failed(Exception thrown) {
		Delivery delivery = Delivery.current();
		if (delivery == null || delivery.thrown() == thrown) {
			return;
		}
		if (SeekUtils.isBackoffException(thrown)) {
			// The record of a retry topic is not due yet
			delivery.end(UnitOfWork.Outcome.ABORTED);
			return;
		}
		boolean forwarded = delivery.listener().retryable() && this.retryTopics.isForwarded(delivery, thrown);
		delivery.failed(thrown, forwarded);
		if (!forwarded) {
			delivery.attempts().failed(ListenerExceptions.cause(thrown));
		}
		// Before a record is forwarded, since another thread may receive it at once
		this.pending.add(delivery);
	}

	private void represent(ConsumerRecord<?, ?> culprit) {
		Delivery delivery = Delivery.current();
		if (delivery == null) {
			return;
		}
		RecordKey key = key(delivery.listener(), culprit);
		if (delivery.key().equals(key)) {
			return;
		}
		if (this.pending.get(key) == null && !delivery.isRepeated()) {
			delivery.continueWith(key, culprit);
		}
		else {
			// The record that failed before has been processed
			succeeded(delivery);
			begin(delivery.listener(), culprit, delivery.batchSize());
		}
	}

	/** Ends a delivery whose fate was not reported. */
	void end(Consumer<?, ?> consumer) {
		Delivery delivery = Delivery.current();
		if (delivery == null) {
			return;
		}
		if (delivery.thrown() == null) {
			succeeded(delivery);
		}
		else if (delivery.comesAgain() || delivery.isNext(consumer)) {
			delivery.end(UnitOfWork.Outcome.FAILURE);
		}
		else {
			givenUp();
		}
	}

	/** An error handler reports that the failed record will be delivered again. */
	void comesAgain() {
		Delivery delivery = Delivery.current();
		if (delivery != null) {
			delivery.setComesAgain();
		}
	}

	/** An error handler reports that the failed record will not be delivered again. */
	void givenUp() {
		Delivery delivery = Delivery.current();
		Exception thrown = (delivery != null) ? delivery.thrown() : null;
		if (delivery == null || thrown == null) {
			return;
		}
		if (!delivery.isForwarded()) {
			this.pending.remove(delivery.key());
			if (delivery.listener().retryable()) {
				delivery.attempts().failedElsewhere(this.retryTopics.failedBefore(delivery));
			}
			delivery.attempts().givenUp(ListenerExceptions.cause(thrown));
		}
		delivery.end(UnitOfWork.Outcome.FAILURE);
	}

	/** Follows a call of the listener that is made by an error handler. */
	void repeat(Runnable listener) {
		comesAgain();
		try {
			listener.run();
		}
		catch (RuntimeException ex) {
			failed(ex);
			throw ex;
		}
	}

	/** Returns whether the failed record is among these. */
	boolean isFailedIn(ConsumerRecords<?, ?> records) {
		Delivery delivery = Delivery.current();
		return delivery != null && delivery.isIn(records);
	}

	@Override
	public void failedDelivery(ConsumerRecord<?, ?> record, @Nullable Exception ex, int deliveryAttempt) {
		comesAgain();
	}

	@Override
	public void recovered(ConsumerRecord<?, ?> record, @Nullable Exception ex) {
		givenUp();
	}

	@Override
	public void recoveryFailed(ConsumerRecord<?, ?> record, @Nullable Exception original, Exception failure) {
		comesAgain();
	}

	@Override
	public void failedDelivery(ConsumerRecords<?, ?> records, Exception ex, int deliveryAttempt) {
		failed(records, ex);
		comesAgain();
	}

	@Override
	public void recovered(ConsumerRecords<?, ?> records, Exception ex) {
		givenUp();
	}

	@Override
	public void recoveryFailed(ConsumerRecords<?, ?> records, Exception original, Exception failure) {
		comesAgain();
	}

}
