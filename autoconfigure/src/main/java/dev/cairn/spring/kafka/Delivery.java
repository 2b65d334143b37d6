package dev.cairn.spring.kafka;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.cairn.Attempts;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A record, or a batch that is known by one of its records, on its way through a
 * listener. For one thread at a time.
 */
final class Delivery {

	private final Work work;

	private final ConsumerRecord<?, ?> record;

	private final int size;

	private final Attempts attempts;

	private final boolean repeated;

	/** How many deliveries failed of which the attempts were not told. */
	private int untold;

	private @Nullable Exception thrown;

	private boolean forwarded;

	private Delivery(Work work, ConsumerRecord<?, ?> record, int size, Attempts attempts, boolean repeated,
			int untold) {
		this.work = work;
		this.record = record;
		this.size = size;
		this.attempts = attempts;
		this.repeated = repeated;
		this.untold = untold;
	}

	static Delivery first(Work work, ConsumerRecord<?, ?> record, int size, Attempts attempts) {
		return new Delivery(work, record, size, attempts, false, 0);
	}

	/** A delivery of this work has failed before. */
	static Delivery again(Failed before, ConsumerRecord<?, ?> record, int size) {
		return new Delivery(before.work(), record, size, before.attempts(), true, before.untold());
	}

	/** It has turned out which record of a batch it is about. */
	Delivery about(Work work, ConsumerRecord<?, ?> record) {
		return new Delivery(work, record, this.size, this.attempts, false, this.untold);
	}

	Work work() {
		return this.work;
	}

	ConsumerRecord<?, ?> record() {
		return this.record;
	}

	int size() {
		return this.size;
	}

	Attempts attempts() {
		return this.attempts;
	}

	/** Whether it has failed before. */
	boolean isRepeated() {
		return this.repeated;
	}

	/** Nobody is told yet of a failure that another topic will see again. */
	void failed(Exception thrown, boolean forwarded) {
		this.thrown = thrown;
		this.forwarded = forwarded;
	}

	/** Return what the listener threw; {@code null} as long as it has not failed. */
	@Nullable Exception thrown() {
		return this.thrown;
	}

	/** Whether giving it up here means to forward it to a topic for retries. */
	boolean isForwarded() {
		return this.forwarded;
	}

	void countUntold() {
		this.untold++;
	}

	int untold() {
		return this.untold;
	}

	TopicPartition partition() {
		return new TopicPartition(this.record.topic(), this.record.partition());
	}

	/** Return what has to be known until it comes again, which may be never. */
	Failed toFailed() {
		return new Failed(this.work, this.attempts, this.untold, partition(), Thread.currentThread().getId());
	}

	/** Say where it is from; its key and value may be nobody's business. */
	Map<String, Object> describe(Listener listener) {
		Map<String, Object> description = new LinkedHashMap<>();
		description.put("kafka_topic", this.record.topic());
		description.put("kafka_partition", this.record.partition());
		description.put("kafka_offset", this.record.offset());
		if (this.size > 1) {
			description.put("kafka_batch_size", this.size);
		}
		description.put("listener_id", listener.id());
		String group = listener.group();
		if (group != null) {
			description.put("kafka_group", group);
		}
		return description;
	}

	/**
	 * What is kept of a delivery that has failed.
	 *
	 * @param work what was to be done
	 * @param attempts the attempts at it
	 * @param untold how many deliveries failed of which the attempts were not told
	 * @param partition where the record came from
	 * @param thread the thread that got it
	 */
	record Failed(Work work, Attempts attempts, int untold, TopicPartition partition, long thread) {
	}

}
