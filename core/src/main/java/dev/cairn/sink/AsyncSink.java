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
import dev.cairn.Redactor;
import dev.cairn.Sink;
import dev.cairn.incident.Throwables;
import org.jspecify.annotations.Nullable;
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

	private final AtomicBoolean closing = new AtomicBoolean();

	private final Set<DropReason> reported = EnumSet.noneOf(DropReason.class);

	private final Object closeLock = new Object();

	private final Thread thread;

	private final Outage outage;

	/** In nanoseconds of {@link System#nanoTime()}; set before {@link #closed}. */
	private volatile long closeDeadline;

	private volatile boolean closed;

	/** Set when the thread no longer looks after the queue. */
	private volatile boolean abandoned;

	/** What the thread has taken from the queue; replaced, never changed. */
	private volatile List<Delivery<T>> batch = List.of();

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
		this.outage = new Outage(channel, this::state, options.maxMessages() + " messages");
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
	public @Nullable Object snapshot(T item) {
		return this.sender.snapshot(item);
	}

	@Override
	public boolean offer(T item) {
		return offer(item, this.closed ? null : snapshot(item));
	}

	@Override
	public boolean offer(T item, @Nullable Object snapshot) {
		if (this.closed) {
			this.channel.dropped(DropReason.SHUTDOWN);
			return false;
		}
		int weight = this.weigher.applyAsInt(item);
		Delivery<T> delivery = new Delivery<>(this, item, snapshot, weight);
		while (!reserve(weight)) {
			if (!makesRoomFor(weight) || !evictOldest()) {
				this.channel.dropped(DropReason.OVERFLOW);
				return false;
			}
		}
		if (!enqueue(delivery)) {
			return false;
		}
		wake();
		return true;
	}

	private boolean enqueue(Delivery<T> delivery) {
		try {
			this.channel.accepted();
			return this.queue.add(delivery);
		}
		catch (Throwable ex) {
			// No stack or heap is left; should it be in the queue, it is skipped there
			delivery.drop(DropReason.ERROR, ex.getClass().getName());
			return false;
		}
	}

	/** What is larger than the whole queue would only drive out the others. */
	private boolean makesRoomFor(int weight) {
		return this.options.overflow() == Overflow.DROP_OLDEST && weight <= this.options.maxBytes();
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

	/** What is in the queue is taken; nothing from here on may say otherwise. */
	private void wake() {
		try {
			if (this.abandoned) {
				// The thread may have looked for the last time before this was added
				abandonQueue();
			}
			else if (this.waiting.get() && this.waiting.compareAndSet(true, false)
					|| this.held.get() == this.options.maxMessages() / 2) {
				LockSupport.unpark(this.thread);
			}
		}
		catch (StackOverflowError ex) {
			// The next one who offers, or the thread itself, finds it
		}
	}

	private void run() {
		int idleRounds = 0;
		boolean last = false;
		while (!last || !this.batch.isEmpty()) {
			// Whoever offered before it was closed is found in the round that follows
			last = this.closed;
			try {
				takeNext();
				deliver(this.batch);
				reportOverflow();
				idleRounds = this.batch.isEmpty() ? idleRounds + 1 : 0;
				if (idleRounds > 0 && !last) {
					await(idleRounds);
				}
			}
			catch (Throwable ex) {
				survive(ex);
			}
		}
		closeSender();
	}

	/** Either the thread has an object or {@link #close} finds it; never neither. */
	private void takeNext() {
		synchronized (this.closeLock) {
			this.batch = this.abandoned ? List.of() : take();
		}
	}

	private List<Delivery<T>> take() {
		Delivery<T> delivery = this.queue.poll();
		if (delivery == null) {
			return List.of();
		}
		List<Delivery<T>> taken = new ArrayList<>();
		while (delivery != null) {
			if (!delivery.isSettled()) {
				taken.add(delivery);
			}
			delivery = (taken.size() < this.options.batchSize()) ? this.queue.poll() : null;
		}
		return taken;
	}

	private void await(int idleRounds) {
		if (idleRounds < IDLE_ROUNDS) {
			LockSupport.parkNanos(this, DeliveryOptions.nanos(this.options.linger()));
		}
		else {
			this.waiting.set(true);
			if (this.queue.isEmpty() && !this.closed) {
				LockSupport.park(this);
			}
			this.waiting.set(false);
		}
		// Nobody but close() has a reason to interrupt; without this it would never rest
		Thread.interrupted();
	}

	/** Only a logger that throws, or a heap that is full, leads here. */
	private void survive(Throwable ex) {
		for (Delivery<T> delivery : this.batch) {
			try {
				delivery.drop(DropReason.ERROR, ex.getClass().getName());
			}
			catch (Throwable ignored) {
				// It is counted; only the log line is missing
			}
		}
		LockSupport.parkNanos(this, DeliveryOptions.nanos(this.options.retryFirst()));
	}

	private void deliver(List<Delivery<T>> deliveries) {
		long firstTry = System.nanoTime();
		int attempt = 0;
		List<Delivery<T>> unsettled = deliveries;
		while (!unsettled.isEmpty()) {
			if (isOver()) {
				drop(unsettled, DropReason.SHUTDOWN);
				return;
			}
			if (send(unsettled, firstTry)) {
				return;
			}
			unsettled = unsettled(unsettled);
			if (System.nanoTime() - firstTry > DeliveryOptions.nanos(this.options.giveUpAfter())) {
				drop(unsettled, DropReason.EXPIRED);
				return;
			}
			if (!unsettled.isEmpty()) {
				backOff(attempt++);
			}
		}
	}

	private boolean send(List<Delivery<T>> deliveries, long firstTry) {
		try {
			this.sender.send(deliveries);
			deliveries.forEach(Delivery::delivered);
		}
		catch (Throwable ex) {
			// Left set, it would break every wait and every channel from now on
			Thread.interrupted();
			this.outage.failed(describe(ex), firstTry, !isOver());
			return false;
		}
		this.outage.over();
		return true;
	}

	private static <T> List<Delivery<T>> unsettled(List<Delivery<T>> deliveries) {
		return deliveries.stream().filter((delivery) -> !delivery.isSettled()).toList();
	}

	private boolean isOver() {
		return this.closed && System.nanoTime() - this.closeDeadline >= 0;
	}

	private void drop(List<Delivery<T>> deliveries, DropReason reason) {
		String error = this.channel.balance().lastError();
		deliveries.forEach((delivery) -> delivery.drop(reason, (error != null) ? error : ""));
	}

	/** Full jitter would allow no wait at all; half of it is kept. */
	private void backOff(int attempt) {
		long first = DeliveryOptions.nanos(this.options.retryFirst());
		long longest = DeliveryOptions.nanos(this.options.retryMax());
		int doublings = Math.min(attempt, Long.SIZE - 2);
		long wait = (first <= longest >> doublings) ? first << doublings : longest;
		long until = System.nanoTime() + wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1);
		long left = until - System.nanoTime();
		while (left > 0 && !isOver()) {
			reportOverflow();
			LockSupport.parkNanos(this, Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
			Thread.interrupted();
			left = until - System.nanoTime();
		}
	}

	/** What hangs may come back after it was closed; off it stays. */
	private void state(State state) {
		synchronized (this.closeLock) {
			if (!this.abandoned) {
				this.channel.state(state);
			}
		}
	}

	/** Without secrets: an exception may quote the address or the settings. */
	private static String describe(Throwable ex) {
		String message = Throwables.message(ex);
		Throwable cause = Throwables.cause(ex);
		String name = ex.getClass().getSimpleName();
		if (message == null && cause != null && cause != ex) {
			return name + " caused by " + cause.getClass().getSimpleName() + ": "
					+ Redactor.DEFAULT.redact(String.valueOf(Throwables.message(cause)));
		}
		return (message != null) ? name + ": " + Redactor.DEFAULT.redact(message) : name;
	}

	/** Say the first loss of a kind loudly; only the numbers tell of the others. */
	void lost(DropReason reason, String detail) {
		if (reason == DropReason.OVERFLOW || reason == DropReason.SHUTDOWN) {
			return;
		}
		String error = detail.isEmpty() ? reason.wireName() : Redactor.DEFAULT.redact(detail);
		this.channel.lastError(error);
		boolean first;
		synchronized (this.reported) {
			first = this.reported.add(reason);
		}
		if (first) {
			logger.warn("Cairn: {} lost a message ({}): {}. Further losses of this kind are only counted",
					this.channel.name(), reason.wireName(), error);
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
		long deadline = System.nanoTime() + DeliveryOptions.nanos(timeout);
		while (this.held.get() > 0) {
			if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
				return this.held.get() == 0;
			}
			LockSupport.unpark(this.thread);
			LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
		}
		return true;
	}

	@Override
	public void close(Duration timeout) {
		if (!this.closing.compareAndSet(false, true)) {
			return;
		}
		long lostBefore = lostToShutdown();
		this.closeDeadline = System.nanoTime() + DeliveryOptions.nanos(timeout);
		this.closed = true;
		LockSupport.unpark(this.thread);
		boolean ended = join();
		synchronized (this.closeLock) {
			this.abandoned = true;
			// What hangs in the destination is given up; its own late outcome no longer
			// counts
			drop(this.batch, DropReason.SHUTDOWN);
			abandonQueue();
			this.channel.state(State.OFF);
		}
		if (!ended) {
			this.thread.interrupt();
		}
		long lost = lostToShutdown() - lostBefore;
		if (lost > 0) {
			logger.warn("Cairn: {} was closed with {} messages that could not be delivered in {} ms",
					this.channel.name(), lost, TimeUnit.MILLISECONDS.convert(timeout));
		}
	}

	private long lostToShutdown() {
		return this.channel.balance().dropped().getOrDefault(DropReason.SHUTDOWN, 0L);
	}

	/** Also where the caller is interrupted: what is held would be lost otherwise. */
	private boolean join() {
		boolean interrupted = false;
		long left = this.closeDeadline - System.nanoTime();
		while (left > 0 && this.thread.isAlive()) {
			try {
				TimeUnit.NANOSECONDS.timedJoin(this.thread, left);
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
			left = this.closeDeadline - System.nanoTime();
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		return !this.thread.isAlive();
	}

	private void abandonQueue() {
		Delivery<T> left = this.queue.poll();
		while (left != null) {
			left.drop(DropReason.SHUTDOWN, "");
			left = this.queue.poll();
		}
	}

	private void closeSender() {
		// Set where the time to close was over; closing should still do what it can
		Thread.interrupted();
		try {
			this.sender.close();
		}
		catch (Throwable ex) {
			logger.warn("Cairn: closing {} failed: {}", this.channel.name(), describe(ex));
		}
	}

}
