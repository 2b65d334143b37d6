package dev.cairn.sink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;

import dev.cairn.DropReason;
import dev.cairn.Ledger;
import dev.cairn.Ledger.State;
import dev.cairn.Message;
import dev.cairn.Sink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes objects from any thread without blocking it and brings them to a destination in
 * batches, in order, on one daemon thread of its own. What the destination does not take
 * is tried again with growing, jittered waits. The queue is bounded in objects and bytes;
 * what gives way is counted. A destination that goes away is one warning in the log, and
 * one line when it is back.
 * <p>
 * While objects flow the thread looks for them on its own, so that a caller pays for a
 * queue's node and two counters; only the first one after a pause wakes it.
 *
 * @param <T> what it takes
 */
public final class AsyncSink<T> implements Sink<T> {

	private static final Logger logger = LoggerFactory.getLogger(AsyncSink.class);

	/** After so many failures in a row a destination counts as down. */
	private static final int DOWN_AFTER = 3;

	/** How often the thread looks for work before it waits to be woken. */
	private static final int IDLE_ROUNDS = 50;

	private final Ledger.Channel channel;

	private final BatchSender<T> sender;

	private final ToIntFunction<T> weigher;

	private final DeliveryOptions options;

	private final Queue<Delivery<T>> queue = new ConcurrentLinkedQueue<>();

	private final AtomicInteger held = new AtomicInteger();

	private final AtomicLong heldBytes = new AtomicLong();

	private final AtomicBoolean waiting = new AtomicBoolean();

	private final AtomicBoolean closed = new AtomicBoolean();

	private final Set<DropReason> reported = EnumSet.noneOf(DropReason.class);

	private final Thread thread;

	/** In nanoseconds of {@link System#nanoTime()}; set before {@link #closed}. */
	private volatile long closeDeadline;

	private volatile List<Delivery<T>> batch = List.of();

	private int failuresInARow;

	private long downSince;

	private long droppedBefore;

	/**
	 * Create a sink for messages and start its thread.
	 * @param channel the account
	 * @param sender brings batches to the destination
	 * @param options how to queue, batch and retry
	 * @return the sink
	 */
	public static AsyncSink<Message> ofMessages(Ledger.Channel channel, BatchSender<Message> sender,
			DeliveryOptions options) {
		return new AsyncSink<>(channel, sender, Message::weight, options);
	}

	/**
	 * Create a sink and start its thread.
	 * @param channel the account
	 * @param sender brings batches to the destination
	 * @param weigher how many bytes an object keeps from the heap, about
	 * @param options how to queue, batch and retry
	 */
	public AsyncSink(Ledger.Channel channel, BatchSender<T> sender, ToIntFunction<T> weigher, DeliveryOptions options) {
		this.channel = channel;
		this.sender = sender;
		this.weigher = weigher;
		this.options = options;
		this.thread = new Thread(this::run, "cairn-" + channel.name());
		this.thread.setDaemon(true);
		this.thread.start();
	}

	@Override
	public Ledger.Channel channel() {
		return this.channel;
	}

	/**
	 * Return how many objects wait or are being sent.
	 * @return a number that changes all the time
	 */
	public int held() {
		return this.held.get();
	}

	@Override
	public boolean offer(T item) {
		if (this.closed.get()) {
			this.channel.dropped(DropReason.SHUTDOWN);
			return false;
		}
		int weight = this.weigher.applyAsInt(item);
		Delivery<T> delivery = new Delivery<>(this, item, this.sender.snapshot(item), weight);
		while (!reserve(weight)) {
			if (this.options.overflow() == Overflow.DROP_NEWEST || !evictOldest()) {
				this.channel.dropped(DropReason.OVERFLOW);
				return false;
			}
		}
		this.channel.accepted();
		this.queue.add(delivery);
		if (this.closed.get()) {
			// The thread may have looked for the last time before this was added
			abandonQueue();
		}
		else {
			wake();
		}
		return true;
	}

	private boolean reserve(int weight) {
		if (this.held.incrementAndGet() <= this.options.maxMessages()) {
			if (this.heldBytes.addAndGet(weight) <= this.options.maxBytes()) {
				return true;
			}
			this.heldBytes.addAndGet(-weight);
		}
		this.held.decrementAndGet();
		return false;
	}

	void release(int weight) {
		this.heldBytes.addAndGet(-weight);
		this.held.decrementAndGet();
	}

	private boolean evictOldest() {
		Delivery<T> oldest = this.queue.poll();
		if (oldest == null) {
			return false;
		}
		oldest.drop(DropReason.OVERFLOW, "");
		return true;
	}

	private void wake() {
		boolean halfFull = this.held.get() == this.options.maxMessages() / 2;
		if (halfFull || (this.waiting.get() && this.waiting.compareAndSet(true, false))) {
			LockSupport.unpark(this.thread);
		}
	}

	private void run() {
		List<Delivery<T>> next = new ArrayList<>();
		int idleRounds = 0;
		while (true) {
			fill(next);
			if (!next.isEmpty()) {
				idleRounds = 0;
				this.batch = next;
				deliver(next);
				next = new ArrayList<>();
				this.batch = next;
				reportOverflow();
			}
			else if (this.closed.get()) {
				break;
			}
			else {
				reportOverflow();
				await(++idleRounds);
			}
		}
		closeSender();
	}

	private void fill(List<Delivery<T>> next) {
		while (next.size() < this.options.batchSize()) {
			Delivery<T> delivery = this.queue.poll();
			if (delivery == null) {
				return;
			}
			next.add(delivery);
		}
	}

	private void await(int idleRounds) {
		if (idleRounds < IDLE_ROUNDS) {
			LockSupport.parkNanos(this, this.options.linger().toNanos());
			return;
		}
		this.waiting.set(true);
		if (this.queue.isEmpty() && !this.closed.get()) {
			LockSupport.park(this);
		}
		this.waiting.set(false);
	}

	private void deliver(List<Delivery<T>> deliveries) {
		long firstTry = System.nanoTime();
		int attempt = 0;
		List<Delivery<T>> unsettled = deliveries;
		while (!unsettled.isEmpty()) {
			try {
				this.sender.send(unsettled);
				unsettled.forEach(Delivery::delivered);
				succeeded();
				return;
			}
			catch (Throwable ex) {
				failed(ex);
			}
			unsettled = unsettled(unsettled);
			if (isOver()) {
				drop(unsettled, DropReason.SHUTDOWN);
				return;
			}
			if (System.nanoTime() - firstTry > this.options.giveUpAfter().toNanos()) {
				drop(unsettled, DropReason.EXPIRED);
				return;
			}
			if (!unsettled.isEmpty()) {
				backOff(attempt++);
			}
		}
	}

	private static <T> List<Delivery<T>> unsettled(List<Delivery<T>> deliveries) {
		return deliveries.stream().filter((delivery) -> !delivery.isSettled()).toList();
	}

	private boolean isOver() {
		return this.closed.get() && System.nanoTime() - this.closeDeadline >= 0;
	}

	private void drop(List<Delivery<T>> deliveries, DropReason reason) {
		String error = this.channel.balance().lastError();
		deliveries.forEach((delivery) -> delivery.drop(reason, (error != null) ? error : ""));
	}

	/** Full jitter would allow no wait at all; half of it is kept. */
	private void backOff(int attempt) {
		long first = this.options.retryFirst().toNanos();
		long longest = this.options.retryMax().toNanos();
		long wait = Math.min(longest, first << Math.min(attempt, 20));
		long jittered = wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1);
		long until = System.nanoTime() + jittered;
		long left = jittered;
		while (left > 0 && !isOver()) {
			reportOverflow();
			LockSupport.parkNanos(this, Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
			left = until - System.nanoTime();
		}
	}

	private void succeeded() {
		if (this.failuresInARow > 0) {
			long lost = this.channel.balance().droppedTotal() - this.droppedBefore;
			logger.info("Cairn: {} is back after {} ms; {} messages were lost meanwhile", this.channel.name(),
					TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.downSince), lost);
			this.failuresInARow = 0;
			this.channel.state(State.UP);
		}
	}

	private void failed(Throwable ex) {
		String error = describe(ex);
		this.channel.lastError(error);
		if (++this.failuresInARow == 1) {
			this.downSince = System.nanoTime();
			this.droppedBefore = this.channel.balance().droppedTotal();
			logger.warn("Cairn: cannot deliver to {}: {}. Trying again; holding up to {} messages meanwhile",
					this.channel.name(), error, this.options.maxMessages());
		}
		logger.debug("Cairn: cannot deliver to {}", this.channel.name(), ex);
		this.channel.state((this.failuresInARow < DOWN_AFTER) ? State.DEGRADED : State.DOWN);
	}

	private static String describe(Throwable ex) {
		String message = ex.getMessage();
		Throwable cause = ex.getCause();
		String text = (message != null) ? ex.getClass().getSimpleName() + ": " + message
				: ex.getClass().getSimpleName();
		return (cause != null && cause != ex && message == null) ? text + " caused by " + cause : text;
	}

	/** Say the first loss of a kind loudly; only the numbers tell of the others. */
	void lost(DropReason reason, String detail) {
		if (reason == DropReason.OVERFLOW) {
			return;
		}
		if (reason != DropReason.SHUTDOWN) {
			this.channel.lastError(detail);
		}
		boolean first;
		synchronized (this.reported) {
			first = this.reported.add(reason);
		}
		if (first) {
			logger.warn("Cairn: {} lost a message ({}): {}. Further losses of this kind are only counted",
					this.channel.name(), reason.wireName(), detail);
		}
	}

	/** On this thread, since a log line may write to a disk and callers must not wait. */
	private void reportOverflow() {
		synchronized (this.reported) {
			if (this.reported.contains(DropReason.OVERFLOW)) {
				return;
			}
		}
		Long overflowed = this.channel.balance().dropped().get(DropReason.OVERFLOW);
		if (overflowed != null) {
			synchronized (this.reported) {
				this.reported.add(DropReason.OVERFLOW);
			}
			logger.warn(
					"Cairn: the queue of {} is full ({} messages or {} bytes); {} messages were lost so far. "
							+ "Further losses of this kind are only counted",
					this.channel.name(), this.options.maxMessages(), this.options.maxBytes(), overflowed);
		}
	}

	@Override
	public boolean flush(Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		while (this.held.get() > 0) {
			if (System.nanoTime() - deadline >= 0) {
				return false;
			}
			wake();
			LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
		}
		return true;
	}

	@Override
	public void close(Duration timeout) {
		this.closeDeadline = System.nanoTime() + timeout.toNanos();
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		LockSupport.unpark(this.thread);
		if (!join(timeout)) {
			// What hangs in the destination is given up; its own late outcome no longer
			// counts
			drop(this.batch, DropReason.SHUTDOWN);
			this.thread.interrupt();
		}
		abandonQueue();
		this.channel.state(State.OFF);
	}

	private boolean join(Duration timeout) {
		try {
			this.thread.join(Math.max(1, timeout.toMillis()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return !this.thread.isAlive();
	}

	private void abandonQueue() {
		if (this.thread.isAlive() && System.nanoTime() - this.closeDeadline < 0) {
			// It is still draining and will find what was added
			LockSupport.unpark(this.thread);
			return;
		}
		Delivery<T> left = this.queue.poll();
		while (left != null) {
			left.drop(DropReason.SHUTDOWN, "closed before it could be delivered");
			left = this.queue.poll();
		}
	}

	private void closeSender() {
		try {
			this.sender.close();
		}
		catch (Exception ex) {
			logger.warn("Cairn: closing {} failed: {}", this.channel.name(), describe(ex));
		}
	}

}
