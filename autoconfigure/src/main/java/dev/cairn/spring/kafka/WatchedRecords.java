package dev.cairn.spring.kafka;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.listener.RecordInterceptor;

/**
 * Sees every delivery of a record, around the application's own interceptor.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class WatchedRecords<K, V> implements RecordInterceptor<K, V> {

	private final ListenerWatch watch;

	private final RecordInterceptor<K, V> own;

	WatchedRecords(ListenerWatch watch, @Nullable RecordInterceptor<K, V> own) {
		this.watch = watch;
		this.own = (own != null) ? own : (record, consumer) -> record;
	}

	@Override
	public @Nullable ConsumerRecord<K, V> intercept(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		this.watch.begin(record, consumer);
		return this.own.intercept(record, consumer);
	}

	@Override
	public void success(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		try {
			this.own.success(record, consumer);
		}
		finally {
			this.watch.succeeded();
		}
	}

	@Override
	public void failure(ConsumerRecord<K, V> record, Exception exception, Consumer<K, V> consumer) {
		this.watch.failed(record, exception, consumer);
		this.own.failure(record, exception, consumer);
	}

	@Override
	public void afterRecord(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		try {
			this.own.afterRecord(record, consumer);
		}
		finally {
			this.watch.settle(consumer);
		}
	}

	@Override
	public void setupThreadState(Consumer<?, ?> consumer) {
		this.own.setupThreadState(consumer);
	}

	@Override
	public void clearThreadState(Consumer<?, ?> consumer) {
		this.watch.settle(consumer);
		this.own.clearThreadState(consumer);
	}

}
