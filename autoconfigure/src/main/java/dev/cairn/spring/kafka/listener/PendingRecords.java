package dev.cairn.spring.kafka.listener;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.cairn.Failure.Attempts;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The records that have failed and will be delivered again, with their attempts, bounded
 * in number. Thread-safe.
 */
final class PendingRecords {

	private static final int CAPACITY = 1000;

	private final Map<Key, Pending> records = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<Key, Pending> eldest) {
			return size() > CAPACITY;
		}

	};

	synchronized @Nullable Attempts get(Key key) {
		Pending pending = this.records.get(key);
		return (pending != null) ? pending.attempts() : null;
	}

	synchronized void put(Key key, TopicPartition partition, Attempts attempts) {
		this.records.put(key, new Pending(attempts, partition, Thread.currentThread().getId()));
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

	}

	private record Pending(Attempts attempts, TopicPartition partition, long thread) {
	}

}
