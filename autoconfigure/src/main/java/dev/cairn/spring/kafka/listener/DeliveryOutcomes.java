package dev.cairn.spring.kafka.listener;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.listener.RetryListener;

/**
 * Receives from spring-kafka's error handlers whether a failed record is delivered again
 * or given up.
 */
enum DeliveryOutcomes implements RetryListener {

	INSTANCE;

	@Override
	public void failedDelivery(ConsumerRecord<?, ?> record, @Nullable Exception ex, int deliveryAttempt) {
		RecordAttempt.current().ifPresent(RecordAttempt::comesAgain);
	}

	@Override
	public void recovered(ConsumerRecord<?, ?> record, @Nullable Exception ex) {
		RecordAttempt.current().ifPresent(RecordAttempt::givenUp);
	}

	@Override
	public void recoveryFailed(ConsumerRecord<?, ?> record, @Nullable Exception original, Exception failure) {
		RecordAttempt.current().ifPresent(RecordAttempt::comesAgain);
	}

	@Override
	public void failedDelivery(ConsumerRecords<?, ?> records, Exception ex, int deliveryAttempt) {
		RecordAttempt.current().ifPresent((attempt) -> attempt.failed(records, ex));
		RecordAttempt.current().ifPresent(RecordAttempt::comesAgain);
	}

	@Override
	public void recovered(ConsumerRecords<?, ?> records, Exception ex) {
		RecordAttempt.current().ifPresent(RecordAttempt::givenUp);
	}

	@Override
	public void recoveryFailed(ConsumerRecords<?, ?> records, Exception original, Exception failure) {
		RecordAttempt.current().ifPresent(RecordAttempt::comesAgain);
	}

}
