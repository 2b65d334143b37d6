package dev.cairn.spring.kafka;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.listener.BatchInterceptor;

/**
 * Sees every delivery of a batch, around the application's own interceptor.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class WatchedBatches<K, V> implements BatchInterceptor<K, V> {

	private final ListenerWatch watch;

	private final BatchInterceptor<K, V> own;

	WatchedBatches(ListenerWatch watch, @Nullable BatchInterceptor<K, V> own) {
		this.watch = watch;
		this.own = (own != null) ? own : (records, consumer) -> records;
	}

	@Override
	public @Nullable ConsumerRecords<K, V> intercept(ConsumerRecords<K, V> records, Consumer<K, V> consumer) {
		this.watch.begin(records, consumer);
		return this.own.intercept(records, consumer);
	}

	@Override
	public void success(ConsumerRecords<K, V> records, Consumer<K, V> consumer) {
		try {
			this.own.success(records, consumer);
		}
		finally {
			this.watch.succeeded();
		}
	}

	@Override
	public void failure(ConsumerRecords<K, V> records, Exception exception, Consumer<K, V> consumer) {
		this.watch.failed(records, exception, consumer);
		this.own.failure(records, exception, consumer);
	}

	@Override
	public void setupThreadState(Consumer<?, ?> consumer) {
		this.own.setupThreadState(consumer);
	}

	/** Where a transaction was rolled back no error handler was asked. */
	@Override
	public void clearThreadState(Consumer<?, ?> consumer) {
		this.watch.settle(consumer);
		this.own.clearThreadState(consumer);
	}

}
