package dev.cairn.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

import dev.cairn.Message;
import dev.cairn.delivery.Sink.Outgoing;
import org.jspecify.annotations.Nullable;

/**
 * The backlogs of one sink, which take turns, and the batches that are on their way. At
 * any moment, a delivery is in one of them. Thread-safe.
 */
final class Backlogs {

	private final List<Backlog> backlogs;

	private final ToIntFunction<Message> route;

	/** When the youngest batch that was accepted was taken; guarded by this. */
	private long lastAccepted = System.nanoTime();

	/** Oldest first; guarded by this. */
	private final List<Batch> inFlight = new ArrayList<>();

	/**
	 * The one that may take batches; {@code null} before the start and after the end. The
	 * thread of a sink may still be there, or start late, after its end. Guarded by this.
	 */
	private @Nullable Object taker;

	private int turn;

	Backlogs(List<Backlog> backlogs, ToIntFunction<Message> route) {
		this.backlogs = backlogs;
		this.route = route;
	}

	void start() {
		this.backlogs.forEach(Backlog::start);
	}

	/** Called when a sink starts. */
	synchronized void begin(Object taker) {
		this.taker = taker;
	}

	boolean offer(Outgoing outgoing) {
		return this.backlogs.get(this.route.applyAsInt(outgoing.message())).offer(outgoing);
	}

	/** Returns the next batch, which is on its way from now on; {@code null} for none. */
	synchronized @Nullable Batch next(int most, Object caller) {
		for (int i = 0; i < this.backlogs.size() && caller == this.taker; i++) {
			this.turn = (this.turn + 1) % this.backlogs.size();
			Backlog backlog = this.backlogs.get(this.turn);
			List<Delivery> deliveries = backlog.next(most);
			if (!deliveries.isEmpty()) {
				Batch batch = new Batch(backlog, deliveries);
				this.inFlight.add(batch);
				return batch;
			}
		}
		return null;
	}

	/** Returns the batches on their way, oldest first. */
	synchronized List<Batch> inFlight() {
		return List.copyOf(this.inFlight);
	}

	/** Has the lanes of a batch wait for its outcome, while others go on. */
	synchronized void hold(Batch batch) {
		batch.held = true;
		batch.backlog.hold(batch.deliveries);
	}

	synchronized void settled(Batch batch) {
		if (this.inFlight.remove(batch)) {
			this.lastAccepted = batch.taken + Math.max(0, this.lastAccepted - batch.taken);
			batch.backlog.settled(batch.deliveries);
		}
	}

	/** Gives up what was tried for too long. */
	void expire() {
		this.backlogs.forEach(Backlog::expire);
	}

	/** Gives back what is not settled of all batches on their way. */
	synchronized void giveBack() {
		for (Backlog backlog : this.backlogs) {
			List<Delivery> deliveries = new ArrayList<>();
			for (Batch batch : this.inFlight) {
				if (batch.backlog == backlog) {
					deliveries.addAll(batch.deliveries);
				}
			}
			if (!deliveries.isEmpty()) {
				backlog.giveBack(deliveries, this.lastAccepted);
			}
		}
		this.inFlight.clear();
	}

	/**
	 * Takes back all batches, among them those that hang in the destination: their late
	 * outcome is that of single deliveries.
	 */
	synchronized void end() {
		this.taker = null;
		giveBack();
	}

	void suspend(long deadline) {
		this.backlogs.forEach((backlog) -> backlog.suspend(deadline));
	}

	void abandon() {
		this.backlogs.forEach(Backlog::abandon);
	}

	boolean isRetrying() {
		return this.backlogs.stream().anyMatch(Backlog::isRetrying);
	}

	long nanosUntilNext() {
		return this.backlogs.stream().mapToLong(Backlog::nanosUntilNext).min().orElse(Long.MAX_VALUE);
	}

	boolean hasJustBecomeHalfFull() {
		for (Backlog backlog : this.backlogs) {
			if (backlog.hasJustBecomeHalfFull()) {
				return true;
			}
		}
		return false;
	}

	long size() {
		return this.backlogs.stream().mapToLong(Backlog::size).sum();
	}

	long kept() {
		return this.backlogs.stream().mapToLong(Backlog::kept).sum();
	}

	boolean keepsRest() {
		return this.backlogs.stream().allMatch((backlog) -> backlog.keepsRest() || backlog.size() == 0);
	}

	/** Deliveries that were submitted together. For the thread of the sink. */
	static final class Batch {

		private final Backlog backlog;

		private final List<Delivery> deliveries;

		private final long taken = System.nanoTime();

		private boolean accepted;

		private boolean settled;

		private boolean held;

		private Batch(Backlog backlog, List<Delivery> deliveries) {
			this.backlog = backlog;
			this.deliveries = deliveries;
		}

		/** Returns the names of the lanes in which deliveries are not settled. */
		List<String> failedLanes() {
			return this.backlog.failedLanes(this.deliveries);
		}

		List<Delivery> deliveries() {
			return this.deliveries;
		}

		/** Records that the destination has taken all deliveries. */
		void accepted() {
			this.accepted = true;
		}

		boolean isAccepted() {
			return this.accepted;
		}

		void settled() {
			this.settled = true;
		}

		/** Returns whether the outcome is there. */
		boolean isSettled() {
			return this.settled;
		}

		long age() {
			return System.nanoTime() - this.taken;
		}

		/** Returns whether the lanes of the batch wait for its outcome. */
		boolean isHeld() {
			return this.held;
		}

	}

}
