package dev.cairn.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

/**
 * The lanes that have failed, with the deliveries that wait in each of them. A lane is
 * tried again after a growing, jittered pause, with one batch at a time until it
 * succeeds, so its messages stay in order. The lane {@code null} stands for all messages.
 * Not thread-safe.
 */
final class RetryLanes {

	private final Map<@Nullable Object, Lane> lanes = new LinkedHashMap<>();

	private final Function<Message, List<?>> lanesOf;

	private final DeliveryOptions options;

	RetryLanes(Function<Message, List<?>> lanesOf, DeliveryOptions options) {
		this.lanesOf = lanesOf;
		this.options = options;
	}

	/** Returns whether a lane has failed and not delivered what waited for it since. */
	boolean isRetrying() {
		return this.lanes.values().stream().anyMatch((lane) -> lane.failures > 0 || lane.recovered);
	}

	/** Returns whether nothing but {@code batch} may go out at present. */
	boolean blocksAll(List<Delivery> batch) {
		Lane all = this.lanes.get(null);
		return all != null && !all.admits(batch);
	}

	/**
	 * Adds a delivery to the batch, or behind the others of its lane if that has failed.
	 */
	void add(Delivery delivery, List<Delivery> batch) {
		Lane lane = this.lanes.isEmpty() ? null : laneOf(delivery);
		if (lane == null) {
			batch.add(delivery);
		}
		else if (lane.admits(batch)) {
			lane.attempt = batch;
			batch.add(delivery);
		}
		else {
			delivery.attempted();
			lane.waiting.addLast(delivery);
		}
	}

	/** While all messages are one lane, none of them may get a lane of its own. */
	private @Nullable Lane laneOf(Delivery delivery) {
		for (Object key : this.lanesOf.apply(delivery.message())) {
			Lane lane = this.lanes.get(key);
			if (lane != null) {
				return lane;
			}
		}
		return this.lanes.get(null);
	}

	List<Delivery> next(int most) {
		List<Delivery> batch = new ArrayList<>();
		Lane all = this.lanes.get(null);
		for (Lane lane : (all != null) ? List.of(all) : this.lanes.values()) {
			lane.take(most, batch);
		}
		return batch;
	}

	/** Has the lanes of what is not settled wait for the outcome of the batch. */
	void hold(List<Delivery> batch) {
		for (Delivery delivery : batch) {
			if (!delivery.isSettled()) {
				laneFor(delivery).attempt = batch;
			}
		}
	}

	private Lane laneFor(Delivery delivery) {
		Lane lane = laneOf(delivery);
		return (lane != null) ? lane : this.lanes.computeIfAbsent(narrowest(delivery), (key) -> new Lane());
	}

	void settled(List<Delivery> batch) {
		this.lanes.values().removeIf((lane) -> lane.attempt == batch && lane.succeeded());
	}

	/**
	 * No batch is on its way any more; lanes without unsettled deliveries have succeeded.
	 * @param lastAccepted when the youngest batch was taken that the destination has
	 * accepted
	 */
	void giveBack(List<Delivery> deliveries, long lastAccepted) {
		for (int i = deliveries.size() - 1; i >= 0; i--) {
			Delivery delivery = deliveries.get(i);
			if (!delivery.isSettled()) {
				Lane lane = laneFor(delivery);
				lane.waiting.addFirst(delivery);
				lane.failed = true;
			}
		}
		split();
		Iterator<Lane> all = this.lanes.values().iterator();
		while (all.hasNext()) {
			Lane lane = all.next();
			if (lane.failed) {
				lane.failed(this.options, lastAccepted);
			}
			else if (lane.attempt != null && lane.succeeded()) {
				all.remove();
			}
		}
	}

	/** Splits lanes of which narrower ones have become known. */
	private void split() {
		for (Map.Entry<@Nullable Object, Lane> wide : new ArrayList<>(this.lanes.entrySet())) {
			Lane lane = wide.getValue();
			if (lane.waiting.stream().anyMatch((delivery) -> !Objects.equals(narrowest(delivery), wide.getKey()))) {
				this.lanes.remove(wide.getKey());
				for (Delivery delivery : lane.waiting) {
					Lane narrow = this.lanes.computeIfAbsent(narrowest(delivery), (key) -> new Lane());
					narrow.waiting.addLast(delivery);
					narrow.failed = true;
				}
			}
		}
	}

	private @Nullable Object narrowest(Delivery delivery) {
		List<?> keys = this.lanesOf.apply(delivery.message());
		return keys.isEmpty() ? null : keys.get(0);
	}

	/**
	 * Returns what waits in lanes that have failed, and was first due longer ago than
	 * that.
	 * @param onlyAtFault whether only of lanes that have failed while others did not
	 */
	List<Delivery> expired(long nanos, boolean onlyAtFault) {
		long now = System.nanoTime();
		return this.lanes.values()
			.stream()
			.filter((lane) -> lane.failures > 0 && (lane.atFault || !onlyAtFault))
			.flatMap((lane) -> lane.waiting.stream())
			.filter((delivery) -> now - delivery.firstAttempt() > nanos)
			.toList();
	}

	void removeSettled() {
		this.lanes.values()
			.removeIf((lane) -> lane.waiting.removeIf(Delivery::isSettled) && lane.attempt == null
					&& lane.waiting.isEmpty());
	}

	/** Takes all deliveries that are not on disk, in the order of their lanes. */
	List<Delivery> takeAll() {
		List<Delivery> taken = new ArrayList<>();
		for (Lane lane : this.lanes.values()) {
			lane.waiting.stream().filter((delivery) -> !delivery.isOnDisk()).forEach(taken::add);
			lane.waiting.removeIf((delivery) -> !delivery.isOnDisk());
		}
		return taken;
	}

	/** Takes one delivery that is not on disk. */
	@Nullable Delivery pollOldest() {
		for (Lane lane : this.lanes.values()) {
			Delivery oldest = lane.waiting.peek();
			if (oldest != null && !oldest.isOnDisk()) {
				return lane.waiting.poll();
			}
		}
		return null;
	}

	long nanosUntilNext() {
		long now = System.nanoTime();
		return this.lanes.values()
			.stream()
			.filter((lane) -> lane.attempt == null && !lane.waiting.isEmpty())
			.mapToLong((lane) -> Math.max(0, lane.notBefore - now))
			.min()
			.orElse(Long.MAX_VALUE);
	}

	/**
	 * A lane that has failed and not succeeded since.
	 */
	private static final class Lane {

		private final Deque<Delivery> waiting = new ArrayDeque<>();

		private int failures;

		private boolean failed;

		/** When it came into trouble, or has failed for the last time. */
		private long since = System.nanoTime();

		/** Whether it has failed while the destination has accepted younger batches. */
		private boolean atFault;

		/** Whether it has succeeded since it failed for the first time. */
		private boolean recovered;

		/** How many deliveries go out one by one. */
		private int singles;

		private long notBefore = System.nanoTime();

		/** The batch on its way; {@code null} for none. */
		private @Nullable List<Delivery> attempt;

		/** Returns whether a younger delivery may join the batch. */
		boolean admits(List<Delivery> batch) {
			return this.waiting.isEmpty() && (this.attempt == batch && this.singles == 0 || isReady());
		}

		boolean isReady() {
			return this.attempt == null && this.notBefore - System.nanoTime() <= 0;
		}

		void take(int most, List<Delivery> batch) {
			int limit = (this.singles > 0) ? Math.min(most, batch.size() + 1) : most;
			boolean ready = isReady();
			while (ready && !this.waiting.isEmpty() && batch.size() < limit) {
				Delivery delivery = this.waiting.remove();
				if (!delivery.isSettled()) {
					batch.add(delivery);
					this.attempt = batch;
				}
			}
		}

		/** Returns whether the lane is done with. */
		boolean succeeded() {
			this.attempt = null;
			this.failures = 0;
			this.recovered = true;
			this.singles = Math.max(0, this.singles - 1);
			return this.waiting.isEmpty();
		}

		/**
		 * Half of the pause is random: full jitter would allow no pause at all. One
		 * delivery finds out whether the destination is available. If it is, one of the
		 * others is at fault, and only alone it holds up none.
		 */
		void failed(DeliveryOptions options, long lastAccepted) {
			this.atFault |= lastAccepted - this.since > 0;
			this.since = System.nanoTime();
			this.singles = (this.atFault || this.recovered) ? this.waiting.size() : 1;
			this.recovered = false;
			long first = DeliveryOptions.nanos(options.retryFirst());
			long longest = DeliveryOptions.nanos(options.retryMax());
			int doublings = Math.min(this.failures++, Long.SIZE - 2);
			long pause = (first <= longest >> doublings) ? first << doublings : longest;
			this.notBefore = System.nanoTime() + pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
			this.failed = false;
			this.attempt = null;
		}

	}

}
