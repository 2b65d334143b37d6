package dev.cairn.spring.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The records that have failed and will come again. Bounded: what is given up for a newer
 * one starts to count anew. Thread-safe, since they may come to another thread.
 */
final class FailedDeliveries {

	private static final int CAPACITY = 1000;

	private final Map<Work, Delivery.Failed> deliveries = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<Work, Delivery.Failed> eldest) {
			return size() > CAPACITY;
		}

	};

	/** Lets the threads pass that have nothing to look for, which is the rule. */
	private volatile boolean empty = true;

	boolean isEmpty() {
		return this.empty;
	}

	Delivery.@Nullable Failed get(Work work) {
		if (this.empty) {
			return null;
		}
		synchronized (this.deliveries) {
			return this.deliveries.get(work);
		}
	}

	void add(Delivery delivery) {
		synchronized (this.deliveries) {
			this.deliveries.put(delivery.work(), delivery.toFailed());
			this.empty = false;
		}
	}

	void remove(Work work) {
		if (!this.empty) {
			synchronized (this.deliveries) {
				this.deliveries.remove(work);
				this.empty = this.deliveries.isEmpty();
			}
		}
	}

	/** Take out what a thread has left behind on partitions that it does not have. */
	List<Delivery.Failed> removeOthers(Thread thread, Collection<TopicPartition> assigned) {
		List<Delivery.Failed> removed = new ArrayList<>();
		synchronized (this.deliveries) {
			Iterator<Delivery.Failed> candidates = this.deliveries.values().iterator();
			while (candidates.hasNext()) {
				Delivery.Failed candidate = candidates.next();
				if (candidate.thread() == thread.getId() && !assigned.contains(candidate.partition())) {
					candidates.remove();
					removed.add(candidate);
				}
			}
			this.empty = this.deliveries.isEmpty();
		}
		return removed;
	}

}
