package dev.cairn.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

/**
 * Several sinks with one account, for one destination: each class of events has a queue
 * of its own with its own rule for what gives way, so that none of them takes the room of
 * another. The order holds within a lane. Thread-safe.
 */
public final class Lanes implements Sink {

	private final Channel channel;

	private final List<? extends Sink> lanes;

	private final Function<Message, Sink> choice;

	/**
	 * Create it.
	 * @param channel the account of all
	 * @param lanes the lanes
	 * @param choice finds the lane of an object
	 */
	public Lanes(Channel channel, List<? extends Sink> lanes, Function<Message, Sink> choice) {
		this.channel = channel;
		this.lanes = List.copyOf(lanes);
		this.choice = choice;
	}

	@Override
	public Channel channel() {
		return this.channel;
	}

	@Override
	public @Nullable Object context(Message message) {
		return this.choice.apply(message).context(message);
	}

	@Override
	public boolean offer(Outgoing outgoing) {
		return this.choice.apply(outgoing.message()).offer(outgoing);
	}

	@Override
	public boolean flush(Duration timeout) {
		long deadline = System.nanoTime() + DeliveryOptions.nanos(timeout);
		boolean flushed = true;
		for (Sink lane : this.lanes) {
			flushed &= lane.flush(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
		}
		return flushed;
	}

	/** All at once: one that hangs must not take the time of the others. */
	@Override
	public void close(Duration timeout) {
		List<Thread> closers = new ArrayList<>();
		for (Sink lane : this.lanes) {
			Thread closer = new Thread(() -> lane.close(timeout), "cairn-close-lane");
			closer.setDaemon(true);
			closer.start();
			closers.add(closer);
		}
		// Each comes to its end by itself
		closers.forEach((closer) -> AsyncSink.join(closer, System.nanoTime() + Long.MAX_VALUE));
	}

}
