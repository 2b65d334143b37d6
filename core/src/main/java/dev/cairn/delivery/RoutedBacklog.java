package dev.cairn.delivery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.cairn.Message;

/**
 * Several backlogs for one destination, each with its own rule for what gives way, so
 * that no class of messages takes the room of another. They take turns.
 */
final class RoutedBacklog implements Backlog {

	private final List<Backlog> backlogs;

	private final Function<Message, Backlog> route;

	private int turn;

	RoutedBacklog(List<Backlog> backlogs, Function<Message, Backlog> route) {
		this.backlogs = List.copyOf(backlogs);
		this.route = route;
	}

	@Override
	public boolean offer(Outgoing outgoing) {
		return this.route.apply(outgoing.message()).offer(outgoing);
	}

	@Override
	public List<Delivery> next(int most) {
		for (int i = 0; i < this.backlogs.size(); i++) {
			this.turn = (this.turn + 1) % this.backlogs.size();
			List<Delivery> batch = this.backlogs.get(this.turn).next(most);
			if (!batch.isEmpty()) {
				return batch;
			}
		}
		return List.of();
	}

	@Override
	public void settled(List<Delivery> batch) {
		this.route.apply(batch.get(0).message()).settled(batch);
	}

	@Override
	public void expire(List<Delivery> deliveries) {
		group(deliveries).forEach(Backlog::expire);
	}

	@Override
	public boolean isRetrying() {
		return this.backlogs.stream().anyMatch(Backlog::isRetrying);
	}

	@Override
	public void giveBack(List<Delivery> batches) {
		group(batches).forEach(Backlog::giveBack);
	}

	private Map<Backlog, List<Delivery>> group(List<Delivery> deliveries) {
		Map<Backlog, List<Delivery>> groups = new LinkedHashMap<>();
		for (Delivery delivery : deliveries) {
			groups.computeIfAbsent(this.route.apply(delivery.message()), (backlog) -> new ArrayList<>()).add(delivery);
		}
		return groups;
	}

	@Override
	public long nanosUntilNext() {
		return this.backlogs.stream().mapToLong(Backlog::nanosUntilNext).min().orElse(Long.MAX_VALUE);
	}

	@Override
	public boolean isQueueEmpty() {
		return this.backlogs.stream().allMatch(Backlog::isQueueEmpty);
	}

	@Override
	public boolean hasJustBecomeHalfFull() {
		return this.backlogs.stream().anyMatch(Backlog::hasJustBecomeHalfFull);
	}

	@Override
	public long size() {
		return this.backlogs.stream().mapToLong(Backlog::size).sum();
	}

	@Override
	public boolean keepsRest() {
		return this.backlogs.stream().allMatch((backlog) -> backlog.keepsRest() || backlog.size() == 0);
	}

	@Override
	public long close(List<Delivery> onTheirWay, long deadline) {
		Map<Backlog, List<Delivery>> groups = group(onTheirWay);
		return this.backlogs.stream()
			.mapToLong((backlog) -> backlog.close(groups.getOrDefault(backlog, List.of()), deadline))
			.sum();
	}

	@Override
	public void abandon() {
		this.backlogs.forEach(Backlog::abandon);
	}

}
