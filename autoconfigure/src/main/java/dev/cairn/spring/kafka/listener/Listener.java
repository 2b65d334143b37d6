package dev.cairn.spring.kafka.listener;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.cairn.Cairn;
import dev.cairn.Failure.Attempts;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.core.GuardedObservation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.BatchInterceptor;
import org.springframework.kafka.listener.RecordInterceptor;
import org.springframework.kafka.listener.adapter.KafkaBackoffAwareMessageListenerAdapter;

/**
 * The interceptor of one container: makes a {@link RecordAttempt} of each call of its
 * listener.
 */
final class Listener<K, V> implements RecordInterceptor<K, V>, BatchInterceptor<K, V> {

	private final Shared shared;

	private final String id;

	/** The id of the listener of the main topic if this one listens to a retry topic. */
	private final String mainId;

	private final @Nullable String group;

	/** Whether failed records are forwarded to retry topics. */
	private final boolean retryable;

	Listener(AbstractMessageListenerContainer<K, V> container, @Nullable String id, Shared shared) {
		String mainId = container.getMainListenerId();
		this.shared = shared;
		this.id = String.valueOf(id);
		this.mainId = (mainId != null) ? mainId : this.id;
		this.group = container.getGroupId();
		this.retryable = container.getContainerProperties()
			.getMessageListener() instanceof KafkaBackoffAwareMessageListenerAdapter;
	}

	String id() {
		return this.id;
	}

	@Nullable String group() {
		return this.group;
	}

	PendingRecords pending() {
		return this.shared.pending();
	}

	PendingRecords.Key key(ConsumerRecord<?, ?> record) {
		return this.retryable ? this.shared.retryTopics().key(this.mainId, record)
				: PendingRecords.Key.of(this.mainId, record);
	}

	/** Returns whether the record will be forwarded to a retry topic. */
	boolean isForwarded(ConsumerRecord<?, ?> record, Exception thrown) {
		return this.retryable && this.shared.retryTopics().isForwarded(this.mainId, record, thrown);
	}

	/** Returns the number of failed deliveries from other topics. */
	int failedBefore(ConsumerRecord<?, ?> record) {
		return this.retryable ? this.shared.retryTopics().failedBefore(this.mainId, record) : 0;
	}

	@Override
	public ConsumerRecord<K, V> intercept(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		begin(record, consumer);
		return record;
	}

	@Override
	public ConsumerRecords<K, V> intercept(ConsumerRecords<K, V> records, Consumer<K, V> consumer) {
		begin(records, consumer);
		return records;
	}

	/** Represents a batch by a record that failed before, or else by the first one. */
	private Optional<RecordAttempt> begin(ConsumerRecords<K, V> records, Consumer<?, ?> consumer) {
		ConsumerRecord<?, ?> first = null;
		for (ConsumerRecord<?, ?> record : records) {
			if (pending().get(key(record)) != null) {
				return Optional.of(beginBatch(record, records, consumer));
			}
			first = (first != null) ? first : record;
		}
		return Optional.ofNullable(first).map((record) -> beginBatch(record, records, consumer));
	}

	private RecordAttempt beginBatch(ConsumerRecord<?, ?> record, ConsumerRecords<K, V> records,
			Consumer<?, ?> consumer) {
		endBefore(consumer);
		return beginBatch(record, records.count(), records);
	}

	/**
	 * Begins a trace, since the records of a batch may belong to several, or continues
	 * that of the delivery that has failed.
	 */
	RecordAttempt beginBatch(ConsumerRecord<?, ?> record, int size, Iterable<? extends ConsumerRecord<?, ?>> records) {
		Stream<Trace> traces = StreamSupport.stream(records.spliterator(), false)
			.flatMap((each) -> Stream.ofNullable(this.shared.signals().read(headers(each))));
		PendingRecords.Pending before = pending().get(key(record));
		return begin(record, size, before, (name) -> null,
				this.shared.batches().begin(this.id, traces, (before != null) ? before.trace() : null));
	}

	private RecordAttempt begin(ConsumerRecord<?, ?> record, Consumer<?, ?> consumer) {
		endBefore(consumer);
		return begin(record, 1, pending().get(key(record)), headers(record), GuardedObservation.NONE);
	}

	private void endBefore(Consumer<?, ?> consumer) {
		end(consumer);
		pending().removeUnassigned(consumer).forEach(Attempts::succeeded);
	}

	private RecordAttempt begin(ConsumerRecord<?, ?> record, int batchSize, PendingRecords.@Nullable Pending before,
			Function<String, @Nullable String> headers, GuardedObservation observation) {
		Attempts attempts = (before != null) ? before.attempts() : this.shared.cairn().attempts();
		Trace earlier = (before != null) ? before.trace() : null;
		return new RecordAttempt(this, key(record), record, batchSize, attempts, earlier,
				this.shared.signals().prepare(UnitOfWork.Kind.RECORD, this.id, headers, earlier), observation);
	}

	@Nullable Trace activeTrace() {
		return this.shared.signals().activeTrace();
	}

	/**
	 * Joins the values of a repeated header like those of HTTP: of several traces, none
	 * is valid.
	 */
	static Function<String, @Nullable String> headers(ConsumerRecord<?, ?> record) {
		return (name) -> StreamSupport.stream(record.headers().headers(name).spliterator(), false)
			.flatMap((header) -> Stream.ofNullable(header.value()))
			.map((value) -> new String(value, StandardCharsets.UTF_8))
			.reduce((first, next) -> first + "," + next)
			.orElse(null);
	}

	@Override
	public void success(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		RecordAttempt.current().ifPresent(RecordAttempt::succeeded);
	}

	@Override
	public void success(ConsumerRecords<K, V> records, Consumer<K, V> consumer) {
		RecordAttempt.current().ifPresent(RecordAttempt::succeeded);
	}

	/** Called as well if a deserializer has failed, before the listener is called. */
	@Override
	public void failure(ConsumerRecord<K, V> record, Exception exception, Consumer<K, V> consumer) {
		RecordAttempt.current()
			.filter((attempt) -> attempt.isOf(key(record)))
			.orElseGet(() -> begin(record, consumer))
			.failed(exception);
	}

	@Override
	public void failure(ConsumerRecords<K, V> records, Exception exception, Consumer<K, V> consumer) {
		RecordAttempt.current()
			.or(() -> begin(records, consumer))
			.ifPresent((attempt) -> attempt.failed(records, exception));
	}

	/** Called after the error handler. */
	@Override
	public void afterRecord(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		end(consumer);
	}

	@Override
	public void setupThreadState(Consumer<?, ?> consumer) {
	}

	/** Called after the error handler of a batch, and when the consumer stops. */
	@Override
	public void clearThreadState(Consumer<?, ?> consumer) {
		end(consumer);
	}

	private static void end(Consumer<?, ?> consumer) {
		RecordAttempt.current().ifPresent((attempt) -> attempt.end(consumer));
	}

	/**
	 * State that the listeners of a context share.
	 */
	record Shared(Cairn cairn, Signals signals, RetryTopics retryTopics, PendingRecords pending, Batches batches) {
	}

}
