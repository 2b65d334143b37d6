package dev.cairn.delivery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

/**
 * The lanes that have failed. Each is tried again with one batch at a time, so its
 * messages stay in order. The lane {@code null} stands for all messages. Not thread-safe.
 */
final class RetryLanes {

	private final Map<@Nullable Object, RetryLane> lanes = new LinkedHashMap<>();

	private final Function<Message, List<?>> lanesOf;

	private final DeliveryOptions options;

	RetryLanes(Function<Message, List<?>> lanesOf, DeliveryOptions options) {
		this.lanesOf = lanesOf;
		this.options = options;
	}

	/** Returns whether a lane has failed and not delivered what waited for it since. */
	boolean isRetrying() {
		return this.lanes.values().stream().anyMatch(RetryLane::isRetrying);
	}

	/** Returns whether nothing but {@code batch} may go out at present. */
	boolean blocksAll(List<Delivery> batch) {
		RetryLane all = this.lanes.get(null);
		return all != null && !all.admits(batch);
	}

	/**
	 * Adds a delivery to the batch, or behind the others of its lane if that has failed.
	 */
	void add(Delivery delivery, List<Delivery> batch) {
		RetryLane lane = this.lanes.isEmpty() ? null : laneOf(delivery);
		if (lane == null) {
			batch.add(delivery);
		}
		else {
			lane.add(delivery, batch);
		}
	}

	/** While all messages are one lane, none of them may get a lane of its own. */
	private @Nullable RetryLane laneOf(Delivery delivery) {
		for (Object key : this.lanesOf.apply(delivery.message())) {
			RetryLane lane = this.lanes.get(key);
			if (lane != null) {
				return lane;
			}
		}
		return this.lanes.get(null);
	}

	List<Delivery> next(int most) {
		List<Delivery> batch = new ArrayList<>();
		RetryLane all = this.lanes.get(null);
		for (RetryLane lane : (all != null) ? List.of(all) : this.lanes.values()) {
			lane.take(most, batch);
		}
		return batch;
	}

	/** Has the lanes of what is not settled wait for the outcome of the batch. */
	void hold(List<Delivery> batch) {
		for (Delivery delivery : batch) {
			if (!delivery.isSettled()) {
				laneFor(delivery).hold(batch);
			}
		}
	}

	private RetryLane laneFor(Delivery delivery) {
		RetryLane lane = laneOf(delivery);
		return (lane != null) ? lane : this.lanes.computeIfAbsent(narrowest(delivery), (key) -> new RetryLane());
	}

	void settled(List<Delivery> batch) {
		this.lanes.values().removeIf((lane) -> lane.settled(batch));
	}

	/** No batch is on its way any more. */
	void giveBack(List<Delivery> deliveries, long lastAccepted) {
		for (int i = deliveries.size() - 1; i >= 0; i--) {
			Delivery delivery = deliveries.get(i);
			if (!delivery.isSettled()) {
				laneFor(delivery).giveBack(delivery);
			}
		}
		split();
		this.lanes.values().removeIf((lane) -> lane.settledAll(this.options, lastAccepted));
	}

	/** Splits lanes of which narrower ones have become known. */
	private void split() {
		for (Map.Entry<@Nullable Object, RetryLane> wide : new ArrayList<>(this.lanes.entrySet())) {
			RetryLane lane = wide.getValue();
			if (lane.waiting().stream().anyMatch((delivery) -> !Objects.equals(narrowest(delivery), wide.getKey()))) {
				this.lanes.remove(wide.getKey());
				for (Delivery delivery : lane.waiting()) {
					this.lanes.computeIfAbsent(narrowest(delivery), (key) -> new RetryLane()).split(delivery);
				}
			}
		}
	}

	private @Nullable Object narrowest(Delivery delivery) {
		List<?> keys = this.lanesOf.apply(delivery.message());
		return keys.isEmpty() ? null : keys.get(0);
	}

	/** Returns what was first due longer ago than that, in lanes that have failed. */
	List<Delivery> expired(long nanos, boolean onlyAtFault) {
		long now = System.nanoTime();
		return this.lanes.values()
			.stream()
			.filter((lane) -> lane.hasFailed(onlyAtFault))
			.flatMap((lane) -> lane.waiting().stream())
			.filter((delivery) -> now - delivery.firstAttempt() > nanos)
			.toList();
	}

	void removeSettled() {
		this.lanes.values()
			.removeIf((lane) -> lane.waiting().removeIf(Delivery::isSettled) && lane.isIdle()
					&& lane.waiting().isEmpty());
	}

	/** Takes all deliveries that are not on disk, in the order of their lanes. */
	List<Delivery> takeAll() {
		List<Delivery> taken = new ArrayList<>();
		for (RetryLane lane : this.lanes.values()) {
			lane.waiting().stream().filter((delivery) -> !delivery.isOnDisk()).forEach(taken::add);
			lane.waiting().removeIf((delivery) -> !delivery.isOnDisk());
		}
		return taken;
	}

	/** Takes one delivery that is not on disk. */
	@Nullable Delivery pollOldest() {
		for (RetryLane lane : this.lanes.values()) {
			Delivery oldest = lane.waiting().peek();
			if (oldest != null && !oldest.isOnDisk()) {
				return lane.waiting().poll();
			}
		}
		return null;
	}

	long nanosUntilNext() {
		return this.lanes.values()
			.stream()
			.filter((lane) -> lane.isIdle() && !lane.waiting().isEmpty())
			.mapToLong(RetryLane::nanosUntilReady)
			.min()
			.orElse(Long.MAX_VALUE);
	}

}
