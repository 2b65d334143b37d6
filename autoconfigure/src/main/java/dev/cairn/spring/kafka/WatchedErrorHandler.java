package dev.cairn.spring.kafka;

import java.util.Collection;
import java.util.List;
import java.util.Set;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

import org.springframework.core.log.LogAccessor;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.kafka.support.TopicPartitionOffset;

/**
 * Leaves everything to the error handler of the container, and sees what becomes of the
 * failed records.
 */
final class WatchedErrorHandler implements CommonErrorHandler {

	private final ListenerWatch watch;

	private final CommonErrorHandler own;

	WatchedErrorHandler(ListenerWatch watch, CommonErrorHandler own) {
		this.watch = watch;
		this.own = own;
	}

	@Override
	public boolean handleOne(Exception thrownException, ConsumerRecord<?, ?> record, Consumer<?, ?> consumer,
			MessageListenerContainer container) {
		this.watch.failed(record, thrownException, consumer);
		boolean handled = false;
		try {
			handled = this.own.handleOne(thrownException, record, consumer, container);
			return handled;
		}
		finally {
			decide(!handled);
		}
	}

	@Override
	public void handleRemaining(Exception thrownException, List<ConsumerRecord<?, ?>> records, Consumer<?, ?> consumer,
			MessageListenerContainer container) {
		if (!records.isEmpty()) {
			this.watch.failed(records.get(0), thrownException, consumer);
		}
		try {
			this.own.handleRemaining(thrownException, records, consumer, container);
		}
		finally {
			this.watch.settle(consumer);
		}
	}

	@Override
	public void handleBatch(Exception thrownException, ConsumerRecords<?, ?> data, Consumer<?, ?> consumer,
			MessageListenerContainer container, Runnable invokeListener) {
		this.watch.failed(data, thrownException, consumer);
		try {
			this.own.handleBatch(thrownException, data, consumer, container, () -> repeat(invokeListener));
		}
		finally {
			this.watch.settle(consumer);
		}
	}

	@Override
	public <K, V> ConsumerRecords<K, V> handleBatchAndReturnRemaining(Exception thrownException,
			ConsumerRecords<?, ?> data, Consumer<?, ?> consumer, MessageListenerContainer container,
			Runnable invokeListener) {
		this.watch.failed(data, thrownException, consumer);
		try {
			ConsumerRecords<K, V> remaining = this.own.handleBatchAndReturnRemaining(thrownException, data, consumer,
					container, () -> repeat(invokeListener));
			if (this.watch.isIn(remaining)) {
				this.watch.repeated();
			}
			return remaining;
		}
		finally {
			this.watch.settle(consumer);
		}
	}

	private void repeat(Runnable invokeListener) {
		this.watch.repeated();
		invokeListener.run();
	}

	private void decide(boolean comesAgain) {
		if (comesAgain) {
			this.watch.repeated();
		}
		else {
			this.watch.givenUp();
		}
	}

	@Override
	public void handleOtherException(Exception thrownException, Consumer<?, ?> consumer,
			MessageListenerContainer container, boolean batchListener) {
		this.own.handleOtherException(thrownException, consumer, container, batchListener);
	}

	@Override
	public boolean seeksAfterHandling() {
		return this.own.seeksAfterHandling();
	}

	@Override
	public boolean deliveryAttemptHeader() {
		return this.own.deliveryAttemptHeader();
	}

	@Override
	public int deliveryAttempt(TopicPartitionOffset topicPartitionOffset) {
		return this.own.deliveryAttempt(topicPartitionOffset);
	}

	@Override
	public LogAccessor logger() {
		return this.own.logger();
	}

	@Override
	public void clearThreadState() {
		this.watch.keepOnly(Set.of());
		this.own.clearThreadState();
	}

	@Override
	public boolean isAckAfterHandle() {
		return this.own.isAckAfterHandle();
	}

	@Override
	public void setAckAfterHandle(boolean ack) {
		this.own.setAckAfterHandle(ack);
	}

	@Override
	public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions,
			Runnable publishPause) {
		this.watch.keepOnly(consumer.assignment());
		this.own.onPartitionsAssigned(consumer, partitions, publishPause);
	}

}
