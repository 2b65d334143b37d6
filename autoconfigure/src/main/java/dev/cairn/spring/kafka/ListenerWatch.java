package dev.cairn.spring.kafka;

import java.time.Duration;
import java.util.Collection;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.listener.ErrorHandlingUtils;
import org.springframework.kafka.listener.SeekUtils;

/**
 * Follows each record, or batch, from its first delivery until it is processed or given
 * up. What comes of a failed delivery is for the error handler to say; where it does not,
 * the position of the consumer tells whether the record comes again. All threads of a
 * container share one.
 */
final class ListenerWatch {

	private final Listener listener;

	private final ListenerFailures failures;

	private final ThreadLocal<@Nullable Delivery> current = new ThreadLocal<>();

	ListenerWatch(Listener listener, ListenerFailures failures) {
		this.listener = listener;
		this.failures = failures;
	}

	/** A record is about to be processed. */
	void begin(ConsumerRecord<?, ?> record, Consumer<?, ?> consumer) {
		settle(consumer);
		enter(delivery(record, 1));
	}

	/** A batch is about to be processed. */
	void begin(ConsumerRecords<?, ?> records, Consumer<?, ?> consumer) {
		settle(consumer);
		if (!records.isEmpty()) {
			enter(delivery(failedBefore(records), records.count()));
		}
	}

	private ConsumerRecord<?, ?> failedBefore(ConsumerRecords<?, ?> records) {
		if (!this.failures.deliveries().isEmpty()) {
			for (ConsumerRecord<?, ?> record : records) {
				if (this.failures.deliveries().get(work(record)) != null) {
					return record;
				}
			}
		}
		return records.iterator().next();
	}

	private Delivery delivery(ConsumerRecord<?, ?> record, int size) {
		Work work = work(record);
		Delivery.Failed before = this.failures.deliveries().get(work);
		return (before != null) ? Delivery.again(before, record, size)
				: Delivery.first(work, record, size, this.failures.newAttempts());
	}

	private Work work(ConsumerRecord<?, ?> record) {
		return this.listener.forwards() ? this.failures.retryTopics().work(this.listener, record)
				: Work.of(this.listener.mainId(), record);
	}

	private void enter(Delivery delivery) {
		rename(delivery);
		delivery.attempts().begin();
	}

	private void rename(Delivery delivery) {
		this.current.set(delivery);
		this.failures.enricher().enter(this.listener, delivery);
	}

	private void leave(Delivery delivery) {
		delivery.attempts().end();
		this.failures.enricher().leave();
		this.current.remove();
	}

	/** The listener came back. */
	void succeeded() {
		Delivery delivery = this.current.get();
		if (delivery != null) {
			forget(delivery);
		}
	}

	private void forget(Delivery delivery) {
		if (delivery.isRepeated()) {
			this.failures.deliveries().remove(delivery.work());
		}
		delivery.attempts().succeeded();
		leave(delivery);
	}

	/** The listener threw; also where it was not known that it was called. */
	void failed(ConsumerRecord<?, ?> record, Exception thrown, Consumer<?, ?> consumer) {
		Delivery delivery = this.current.get();
		if (delivery == null || !delivery.work().equals(work(record))) {
			begin(record, consumer);
		}
		failed(thrown);
	}

	/** The listener threw; also where it was not known that it was called. */
	void failed(ConsumerRecords<?, ?> records, Exception thrown, Consumer<?, ?> consumer) {
		if (records.isEmpty()) {
			return;
		}
		if (this.current.get() == null) {
			begin(records, consumer);
		}
		ConsumerRecord<?, ?> culprit = culprit(records, thrown);
		if (culprit != null) {
			isAbout(culprit);
		}
		failed(thrown);
	}

	private void failed(Exception thrown) {
		Delivery delivery = this.current.get();
		if (delivery == null || delivery.thrown() == thrown) {
			return;
		}
		if (SeekUtils.isBackoffException(thrown)) {
			// It was not its turn yet
			leave(delivery);
			return;
		}
		if (this.listener.forwards()
				&& this.failures.retryTopics().isForwarded(this.listener, delivery.record(), thrown)) {
			delivery.failed(thrown, true);
			// Before it is forwarded, since it may come back at once, to another thread
			this.failures.deliveries().add(delivery);
		}
		else {
			delivery.failed(thrown, false);
			delivery.attempts().failed(cause(thrown));
		}
	}

	private void isAbout(ConsumerRecord<?, ?> culprit) {
		Delivery delivery = this.current.get();
		Work work = work(culprit);
		if (delivery == null || delivery.work().equals(work)) {
			return;
		}
		if (this.failures.deliveries().get(work) == null && !delivery.isRepeated()) {
			rename(delivery.about(work, culprit));
		}
		else {
			// The one that failed before has been processed
			forget(delivery);
			enter(delivery(culprit, delivery.size()));
		}
	}

	private static @Nullable ConsumerRecord<?, ?> culprit(ConsumerRecords<?, ?> records, Exception thrown) {
		if (!(cause(thrown) instanceof BatchListenerFailedException failure)) {
			return null;
		}
		if (failure.getRecord() != null) {
			return failure.getRecord();
		}
		int index = 0;
		for (ConsumerRecord<?, ?> record : records) {
			if (index++ == failure.getIndex()) {
				return record;
			}
		}
		return null;
	}

	/** What only says that a listener threw is not what failed. */
	private static Throwable cause(Exception thrown) {
		Exception cause = ErrorHandlingUtils.findRootCause(thrown);
		return (cause != null) ? cause : thrown;
	}

	/** The failed delivery will be repeated. */
	void repeated() {
		Delivery delivery = this.current.get();
		if (delivery == null || delivery.thrown() == null) {
			return;
		}
		if (delivery.isForwarded()) {
			delivery.countUntold();
		}
		this.failures.deliveries().add(delivery);
		leave(delivery);
	}

	/** There will be no further delivery here. */
	void givenUp() {
		Delivery delivery = this.current.get();
		Exception thrown = (delivery != null) ? delivery.thrown() : null;
		if (delivery == null || thrown == null) {
			return;
		}
		if (delivery.isForwarded()) {
			leave(delivery);
			return;
		}
		if (this.listener.forwards()) {
			delivery.attempts()
				.failedElsewhere(
						delivery.untold() + this.failures.retryTopics().failedBefore(this.listener, delivery.record()));
		}
		this.failures.deliveries().remove(delivery.work());
		delivery.attempts().givenUp(cause(thrown));
		leave(delivery);
	}

	/** Nobody has said what becomes of it, so see whether it comes again. */
	void settle(Consumer<?, ?> consumer) {
		Delivery delivery = this.current.get();
		if (delivery == null) {
			return;
		}
		if (delivery.thrown() == null) {
			forget(delivery);
		}
		else if (comesAgain(delivery, consumer)) {
			repeated();
		}
		else {
			givenUp();
		}
	}

	/** Whether the failed record is among those that will be processed again. */
	boolean isIn(ConsumerRecords<?, ?> records) {
		Delivery delivery = this.current.get();
		return delivery != null && records.records(delivery.partition())
			.stream()
			.anyMatch((record) -> record.offset() == delivery.record().offset());
	}

	private static boolean comesAgain(Delivery delivery, Consumer<?, ?> consumer) {
		try {
			return consumer.position(delivery.partition(), Duration.ZERO) <= delivery.record().offset();
		}
		catch (RuntimeException ex) {
			// The partition has gone, or the consumer: here it does not come again
			return false;
		}
	}

	/** This thread goes on with these partitions only. */
	void keepOnly(Collection<TopicPartition> assigned) {
		this.failures.deliveries()
			.removeOthers(Thread.currentThread(), assigned)
			.forEach((delivery) -> delivery.attempts().succeeded());
	}

}
