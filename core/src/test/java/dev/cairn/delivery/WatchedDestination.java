package dev.cairn.delivery;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.Ledger.State;
import dev.cairn.Message;

/**
 * Lets a test see when and how the real sender is called, and hold it where a technology
 * cannot be made to hang.
 */
public final class WatchedDestination implements Destination {

	private static volatile CountDownLatch gate = new CountDownLatch(0);

	private final Channel channel;

	private final Destination sender;

	private final List<State> states = new CopyOnWriteArrayList<>();

	private final AtomicInteger timesClosed = new AtomicInteger();

	WatchedDestination(Channel channel, Destination sender) {
		this.channel = channel;
		this.sender = sender;
	}

	/** Makes every sender wait, in the place of a backend that cannot be hung. */
	public static void hang() {
		gate = new CountDownLatch(1);
	}

	/** Lets the senders go on. */
	public static void resume() {
		gate.countDown();
	}

	/** Return how the channel was, each time before the sender was called. */
	public List<State> states() {
		return this.states;
	}

	public int timesClosed() {
		return this.timesClosed.get();
	}

	@Override
	public Object context(Message message) {
		return this.sender.context(message);
	}

	@Override
	public void submit(List<Delivery> batch) throws Exception {
		this.states.add(this.channel.balance().state());
		gate.await();
		this.sender.submit(batch);
	}

	@Override
	public boolean settle(List<Delivery> batch, long nanos) throws Exception {
		return this.sender.settle(batch, nanos);
	}

	@Override
	public List<?> lanes(Message message) {
		return this.sender.lanes(message);
	}

	@Override
	public void close() throws Exception {
		this.timesClosed.incrementAndGet();
		this.sender.close();
	}

}
