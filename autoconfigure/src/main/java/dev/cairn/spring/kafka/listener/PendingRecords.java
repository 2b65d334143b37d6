package dev.cairn.spring.kafka.listener;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.Cairn.Attempts;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The records that have failed and will be delivered again, with their attempts. Bounded:
 * a record that is evicted starts to count anew. Thread-safe, since the next delivery may
 * be on another thread.
 */
final class PendingRecords {

	private static final int CAPACITY = 1000;

	private final Map<RecordKey, Pending> records = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<RecordKey, Pending> eldest) {
			return size() > CAPACITY;
		}

	};

	/** Spares the usual delivery the lock. */
	private volatile boolean empty = true;

	boolean isEmpty() {
		return this.empty;
	}

	@Nullable Attempts get(RecordKey key) {
		if (this.empty) {
			return null;
		}
		synchronized (this.records) {
			Pending pending = this.records.get(key);
			return (pending != null) ? pending.attempts() : null;
		}
	}

	void add(Delivery delivery) {
		Pending pending = new Pending(delivery.attempts(), delivery.topicPartition(), Thread.currentThread().getId());
		synchronized (this.records) {
			this.records.put(delivery.key(), pending);
			this.empty = false;
		}
	}

	void remove(RecordKey key) {
		if (!this.empty) {
			synchronized (this.records) {
				this.records.remove(key);
				this.empty = this.records.isEmpty();
			}
		}
	}

	/** Removes the records of this thread whose partitions are assigned elsewhere. */
	List<Attempts> removeUnassigned(Collection<TopicPartition> assigned) {
		List<Attempts> removed = new ArrayList<>();
		long thread = Thread.currentThread().getId();
		synchronized (this.records) {
			Iterator<Pending> candidates = this.records.values().iterator();
			while (candidates.hasNext()) {
				Pending candidate = candidates.next();
				if (candidate.thread() == thread && !assigned.contains(candidate.partition())) {
					candidates.remove();
					removed.add(candidate.attempts());
				}
			}
			this.empty = this.records.isEmpty();
		}
		return removed;
	}

	private record Pending(Attempts attempts, TopicPartition partition, long thread) {
	}

}
