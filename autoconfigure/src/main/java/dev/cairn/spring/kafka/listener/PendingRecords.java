package dev.cairn.spring.kafka.listener;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.cairn.Failure.Attempts;
import dev.cairn.Trace;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The records that have failed and will be delivered again, with their attempts and their
 * trace, bounded in number. Thread-safe.
 */
final class PendingRecords {

	private static final int CAPACITY = 1000;

	private final Map<Key, Pending> records = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<Key, Pending> eldest) {
			return size() > CAPACITY;
		}

	};

	synchronized @Nullable Pending get(Key key) {
		return this.records.get(key);
	}

	synchronized void put(Key key, TopicPartition partition, Attempts attempts, @Nullable Trace trace) {
		this.records.put(key, new Pending(attempts, trace, partition, Thread.currentThread().getId()));
	}

	/**
	 * Returns the trace of a record that this thread has processed before. A thread
	 * processes the records of one listener.
	 */
	synchronized @Nullable Trace trace(ConsumerRecord<?, ?> record) {
		long thread = Thread.currentThread().getId();
		return this.records.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().thread() == thread && entry.getKey().isOf(record))
			.findFirst()
			.map((entry) -> entry.getValue().trace())
			.orElse(null);
	}

	synchronized void remove(Key key) {
		this.records.remove(key);
	}

	/** Removes the records of this thread whose partitions are assigned elsewhere. */
	synchronized List<Attempts> removeUnassigned(Consumer<?, ?> consumer) {
		if (this.records.isEmpty()) {
			return List.of();
		}
		long thread = Thread.currentThread().getId();
		Set<TopicPartition> assigned = consumer.assignment();
		List<Pending> unassigned = new ArrayList<>(this.records.values());
		unassigned.removeIf((pending) -> pending.thread() != thread || assigned.contains(pending.partition()));
		this.records.values().removeAll(unassigned);
		return unassigned.stream().map(Pending::attempts).toList();
	}

	/**
	 * Identifies a record to be processed by a main listener, by its first attempt. The
	 * key stays the same when the record is forwarded to a retry topic.
	 */
	record Key(String listener, String topic, int partition, long offset) {

		static Key of(String listener, ConsumerRecord<?, ?> record) {
			return new Key(listener, record.topic(), record.partition(), record.offset());
		}

		boolean isOf(ConsumerRecord<?, ?> record) {
			return this.offset == record.offset() && this.partition == record.partition()
					&& this.topic.equals(record.topic());
		}

	}

	/**
	 * A record that will be delivered again.
	 *
	 * @param attempts the attempts so far
	 * @param trace the trace of the first one
	 * @param partition where the record comes from
	 * @param thread the id of the thread that has processed it
	 */
	record Pending(Attempts attempts, @Nullable Trace trace, TopicPartition partition, long thread) {
	}

}
