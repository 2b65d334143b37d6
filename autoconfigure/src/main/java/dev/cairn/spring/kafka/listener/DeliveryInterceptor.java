package dev.cairn.spring.kafka.listener;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

import org.springframework.kafka.listener.BatchInterceptor;
import org.springframework.kafka.listener.RecordInterceptor;

/**
 * Reports the deliveries of one container to the {@link DeliveryTracker}.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class DeliveryInterceptor<K, V> implements RecordInterceptor<K, V>, BatchInterceptor<K, V> {

	private final Listener listener;

	private final DeliveryTracker tracker;

	DeliveryInterceptor(Listener listener, DeliveryTracker tracker) {
		this.listener = listener;
		this.tracker = tracker;
	}

	@Override
	public ConsumerRecord<K, V> intercept(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		this.tracker.begin(this.listener, record, consumer);
		return record;
	}

	@Override
	public ConsumerRecords<K, V> intercept(ConsumerRecords<K, V> records, Consumer<K, V> consumer) {
		this.tracker.begin(this.listener, records, consumer);
		return records;
	}

	@Override
	public void success(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		this.tracker.succeeded();
	}

	@Override
	public void success(ConsumerRecords<K, V> records, Consumer<K, V> consumer) {
		this.tracker.succeeded();
	}

	@Override
	public void failure(ConsumerRecord<K, V> record, Exception exception, Consumer<K, V> consumer) {
		this.tracker.failed(this.listener, record, exception, consumer);
	}

	@Override
	public void failure(ConsumerRecords<K, V> records, Exception exception, Consumer<K, V> consumer) {
		this.tracker.failed(this.listener, records, exception, consumer);
	}

	/** Called after the error handler. */
	@Override
	public void afterRecord(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		this.tracker.end(consumer);
	}

	@Override
	public void setupThreadState(Consumer<?, ?> consumer) {
	}

	/** Called after the error handler of a batch, and when the consumer stops. */
	@Override
	public void clearThreadState(Consumer<?, ?> consumer) {
		this.tracker.end(consumer);
	}

}
