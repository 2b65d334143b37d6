package dev.cairn.delivery;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.Ledger;
import dev.cairn.Ledger.State;

/**
 * Lets a test see when and how the real sender is called, and hold it where a technology
 * cannot be made to hang.
 *
 * @param <T> what is delivered
 */
public final class WatchedSender<T> implements BatchSender<T> {

	private static volatile CountDownLatch gate = new CountDownLatch(0);

	private final Ledger.Channel channel;

	private final BatchSender<T> sender;

	private final List<State> states = new CopyOnWriteArrayList<>();

	private final AtomicInteger timesClosed = new AtomicInteger();

	WatchedSender(Ledger.Channel channel, BatchSender<T> sender) {
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
	public Object snapshot(T item) {
		return this.sender.snapshot(item);
	}

	@Override
	public void send(List<Delivery<T>> batch) throws Exception {
		this.states.add(this.channel.balance().state());
		gate.await();
		this.sender.send(batch);
	}

	@Override
	public void close() throws Exception {
		this.timesClosed.incrementAndGet();
		this.sender.close();
	}

}
