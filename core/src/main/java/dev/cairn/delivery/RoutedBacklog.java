package dev.cairn.delivery;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.cairn.Message;

/**
 * Several backlogs for one destination, each with its own rule for what gives way, so
 * that no class of messages takes the room of another. They take turns. A delivery
 * belongs to the backlog that it was taken from: what an earlier process has left on disk
 * may have another route now.
 */
final class RoutedBacklog implements Backlog {

	private final List<Backlog> backlogs;

	private final Function<Message, Backlog> route;

	/** The batches on their way. */
	private final Map<List<Delivery>, Backlog> takenFrom = new IdentityHashMap<>();

	private int turn;

	RoutedBacklog(List<Backlog> backlogs, Function<Message, Backlog> route) {
		this.backlogs = List.copyOf(backlogs);
		this.route = route;
	}

	@Override
	public void start() {
		this.backlogs.forEach(Backlog::start);
	}

	@Override
	public boolean offer(Outgoing outgoing) {
		return this.route.apply(outgoing.message()).offer(outgoing);
	}

	@Override
	public List<Delivery> next(int most) {
		for (int i = 0; i < this.backlogs.size(); i++) {
			this.turn = (this.turn + 1) % this.backlogs.size();
			Backlog backlog = this.backlogs.get(this.turn);
			List<Delivery> batch = backlog.next(most);
			if (!batch.isEmpty()) {
				this.takenFrom.put(batch, backlog);
				return batch;
			}
		}
		return List.of();
	}

	@Override
	public void settled(List<Delivery> batch) {
		Backlog backlog = this.takenFrom.remove(batch);
		if (backlog != null) {
			backlog.settled(batch);
		}
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
		Map<Backlog, List<Delivery>> groups = group(batches);
		this.takenFrom.clear();
		groups.forEach(Backlog::giveBack);
	}

	private Map<Backlog, List<Delivery>> group(List<Delivery> deliveries) {
		Map<Delivery, Backlog> owners = new IdentityHashMap<>();
		this.takenFrom.forEach((batch, backlog) -> batch.forEach((delivery) -> owners.put(delivery, backlog)));
		Map<Backlog, List<Delivery>> groups = new LinkedHashMap<>();
		for (Delivery delivery : deliveries) {
			Backlog owner = owners.getOrDefault(delivery, this.backlogs.get(0));
			groups.computeIfAbsent(owner, (backlog) -> new ArrayList<>()).add(delivery);
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
