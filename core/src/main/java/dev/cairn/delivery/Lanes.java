package dev.cairn.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import dev.cairn.Ledger;
import dev.cairn.Sink;

/**
 * Several sinks with one account, for one destination: each class of events has a queue
 * of its own with its own rule for what gives way, so that none of them takes the room of
 * another. The order holds within a lane. Thread-safe.
 *
 * @param <T> what it takes
 */
public final class Lanes<T> implements Sink<T> {

	private final Ledger.Channel channel;

	private final List<? extends Sink<T>> lanes;

	private final Function<T, Sink<T>> choice;

	/**
	 * Create it.
	 * @param channel the account of all
	 * @param lanes the lanes
	 * @param choice finds the lane of an object
	 */
	public Lanes(Ledger.Channel channel, List<? extends Sink<T>> lanes, Function<T, Sink<T>> choice) {
		this.channel = channel;
		this.lanes = List.copyOf(lanes);
		this.choice = choice;
	}

	@Override
	public Ledger.Channel channel() {
		return this.channel;
	}

	@Override
	public boolean offer(T item) {
		return this.choice.apply(item).offer(item);
	}

	@Override
	public boolean flush(Duration timeout) {
		long deadline = System.nanoTime() + DeliveryOptions.nanos(timeout);
		boolean flushed = true;
		for (Sink<T> lane : this.lanes) {
			flushed &= lane.flush(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
		}
		return flushed;
	}

	/** All at once: one that hangs must not take the time of the others. */
	@Override
	public void close(Duration timeout) {
		List<Thread> closers = new ArrayList<>();
		for (Sink<T> lane : this.lanes) {
			Thread closer = new Thread(() -> lane.close(timeout), "cairn-close-lane");
			closer.setDaemon(true);
			closer.start();
			closers.add(closer);
		}
		// Each comes to its end by itself
		closers.forEach((closer) -> AsyncSink.join(closer, System.nanoTime() + Long.MAX_VALUE));
	}

}
