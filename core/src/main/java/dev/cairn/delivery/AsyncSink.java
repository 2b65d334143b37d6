package dev.cairn.delivery;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;

import dev.cairn.DropReason;
import dev.cairn.Ledger.State;
import dev.cairn.Message;
import dev.cairn.Redactor;
import dev.cairn.delivery.Spooler.Batch;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages from any thread without blocking it and brings them to a destination in
 * batches, in order, on one daemon thread of its own. What the destination does not take
 * is tried again with growing, jittered waits. The queue is bounded in objects and bytes;
 * what gives way is counted. A destination that goes away is one warning in the log, and
 * one line when it is back. With a {@link Spooling spool} what memory should not hold
 * waits on the disk, and the next process goes on with what this one has not delivered.
 * <p>
 * While objects flow the thread looks for them on its own, so that a caller pays for a
 * queue's node and two counters; only the first one after a pause wakes it.
 */
public final class AsyncSink implements Sink {

	private static final Logger logger = LoggerFactory.getLogger(AsyncSink.class);

	/** How often the thread looks for work before it waits to be woken. */
	private static final int IDLE_ROUNDS = 50;

	private static final long ROOM_POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

	private static final long DURABLE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

	private static final long DISK_CLOSE_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final Channel channel;

	private final BatchSender sender;

	private final ToIntFunction<Message> weigher;

	private final DeliveryOptions options;

	private final DeliveryQueue queue;

	private final @Nullable Spooler spooler;

	private final boolean durable;

	private final Pace pace;

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

	/** What the thread has taken to deliver; replaced, never changed. */
	private volatile Batch batch = Batch.empty();

	/** How often the batch, or the one that was given back, has failed in a row. */
	private int attempt;

	/** When the batch was first tried, {@link System#nanoTime()}. */
	private long firstTry;

	/**
	 * Creates a sink without a disk and starts its thread.
	 * @param channel the account
	 * @param sender brings batches to the destination
	 * @param options how to queue, batch and retry
	 */
	public AsyncSink(Channel channel, BatchSender sender, DeliveryOptions options) {
		this(channel, sender, options, null);
	}

	/**
	 * Creates a sink and starts its threads.
	 * @param channel the account
	 * @param sender brings batches to the destination
	 * @param options how to queue, batch and retry
	 * @param spooling the disk; {@code null} for none
	 */
	public AsyncSink(Channel channel, BatchSender sender, DeliveryOptions options, @Nullable Spooling spooling) {
		this(channel, sender, options, spooling, Message::weight);
	}

	AsyncSink(Channel channel, BatchSender sender, DeliveryOptions options, @Nullable Spooling spooling,
			ToIntFunction<Message> weigher) {
		this.weigher = weigher;
		this.channel = channel;
		this.sender = sender;
		this.options = options;
		this.queue = new DeliveryQueue(options.maxMessages(), options.maxBytes());
		this.spooler = (spooling != null) ? new Spooler(this, this.queue, spooling) : null;
		this.durable = spooling != null && spooling.durable();
		this.pace = new Pace((spooling != null) ? spooling.replayPerSecond() : Integer.MAX_VALUE);
		this.outage = new Outage(channel, this::state,
				options.maxMessages() + " messages" + ((spooling != null) ? " in memory and more on the disk" : ""));
		this.thread = new Thread(this::run, "cairn-" + channel.name());
		this.thread.setDaemon(true);
		if (this.spooler != null) {
			this.spooler.start();
		}
		this.thread.start();
	}

	@Override
	public Channel channel() {
		return this.channel;
	}

	/**
	 * Return how many objects wait or are being sent, on the disk and in memory.
	 * @return a number that changes all the time
	 */
	public long held() {
		return this.queue.held() + ((this.spooler != null) ? this.spooler.size() : 0);
	}

	@Override
	public @Nullable Object context(Message message) {
		return this.closed ? null : this.sender.context(message);
	}

	@Override
	public boolean offer(Outgoing outgoing) {
		if (this.closed) {
			this.channel.dropped(DropReason.SHUTDOWN);
			outgoing.completion().lost(DropReason.SHUTDOWN);
			return false;
		}
		int weight = this.weigher.applyAsInt(outgoing.message());
		Delivery delivery = new Delivery(this, outgoing, weight);
		if (!this.queue.reserve(weight) && !makeRoom(weight)) {
			this.channel.dropped(DropReason.OVERFLOW);
			outgoing.completion().lost(DropReason.OVERFLOW);
			return false;
		}
		if (!enqueue(delivery)) {
			return false;
		}
		wake();
		if (this.spooler != null && this.durable) {
			awaitStored(this.spooler, delivery);
		}
		return true;
	}

	private boolean enqueue(Delivery delivery) {
		try {
			this.channel.accepted();
			this.queue.add(delivery);
			return true;
		}
		catch (Throwable ex) {
			// No stack or heap is left; should it be in the queue, it is skipped there
			delivery.drop(DropReason.ERROR, ex.getClass().getName());
			return false;
		}
	}

	/** Reserve room at the cost of those that wait, or of the caller. */
	private boolean makeRoom(int weight) {
		return switch (this.options.overflow()) {
			case DROP_NEWEST -> false;
			case DROP_OLDEST -> evictFor(weight);
			case BLOCK -> awaitRoom(weight);
		};
	}

	private boolean evictFor(int weight) {
		boolean reserved = false;
		while (!reserved && this.queue.canEverHold(weight) && evictOldest()) {
			reserved = this.queue.reserve(weight);
		}
		return reserved;
	}

	private boolean evictOldest() {
		Delivery oldest = this.queue.poll();
		if (oldest == null) {
			return false;
		}
		oldest.drop(DropReason.OVERFLOW, "");
		return true;
	}

	private boolean awaitRoom(int weight) {
		long deadline = System.nanoTime() + DeliveryOptions.nanos(this.options.blockUpTo());
		boolean reserved = false;
		while (!reserved && !this.closed && this.queue.canEverHold(weight) && System.nanoTime() - deadline < 0
				&& !Thread.currentThread().isInterrupted()) {
			LockSupport.parkNanos(this, ROOM_POLL_NANOS);
			reserved = this.queue.reserve(weight);
		}
		return reserved;
	}

	/** It is taken, whether the disk has it or not; that it has not is counted. */
	private void awaitStored(Spooler spooler, Delivery delivery) {
		if (!delivery.awaitStored(DURABLE_WAIT_NANOS, spooler::takesMore)) {
			this.channel.notPersisted();
		}
	}

	void release(int weight) {
		this.queue.release(weight);
	}

	/** A delivery of what was read from the disk: it has no room in the queue. */
	Delivery ofSpool(Message message) {
		return new Delivery(this, new Outgoing(message), -1);
	}

	/** What is in the queue is taken; nothing from here on may say otherwise. */
	private void wake() {
		try {
			if (this.abandoned) {
				// The thread may have looked for the last time before this was added
				abandonQueue();
			}
			else {
				if (this.spooler != null && (this.durable || this.queue.isHalfFull())) {
					this.spooler.wakeIfIdle();
				}
				if (this.waiting.get() && this.waiting.compareAndSet(true, false)
						|| this.queue.hasJustBecomeHalfFull()) {
					LockSupport.unpark(this.thread);
				}
			}
		}
		catch (StackOverflowError ex) {
			// The next one who offers, or the thread itself, finds it
		}
	}

	/** There is something to deliver that nobody has offered. */
	void wakeThread() {
		LockSupport.unpark(this.thread);
	}

	private void run() {
		int idleRounds = 0;
		boolean done = false;
		while (!done) {
			// Whoever offered before it was closed is found in the round that follows
			boolean last = this.closed;
			try {
				if (last && endsOnDisk()) {
					break;
				}
				takeNext();
				boolean idle = this.batch.deliveries().isEmpty();
				if (!idle) {
					deliver();
				}
				reportOverflow();
				idleRounds = idle ? idleRounds + 1 : 0;
				done = idle && last;
				if (idle && !last) {
					await(idleRounds);
				}
			}
			catch (Throwable ex) {
				survive(ex);
			}
		}
		closeSender();
	}

	/** Whether the rest is better kept for the next process than sent by this one. */
	private boolean endsOnDisk() {
		return this.spooler != null && (this.spooler.isActive() || isOver());
	}

	/**
	 * Unless there is still a batch to deliver. Either the thread has an object or
	 * {@link #close} finds it; never neither.
	 */
	private void takeNext() {
		boolean free = this.batch.deliveries().isEmpty();
		// Not within the lock: a disk may hang, and close() must not
		Batch stored = (free && this.spooler != null) ? this.spooler.read(this.options.batchSize()) : Batch.empty();
		synchronized (this.closeLock) {
			if (this.abandoned) {
				this.batch = Batch.empty();
			}
			else if (free) {
				this.batch = stored.deliveries().isEmpty() ? poll() : stored;
				this.firstTry = System.nanoTime();
			}
		}
	}

	private Batch poll() {
		return new Batch((this.spooler != null) ? this.spooler.poll(this.options.batchSize())
				: this.queue.poll(this.options.batchSize()), false);
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
			else if (this.spooler != null) {
				// What waits is on its way to the disk
				LockSupport.parkNanos(this, DeliveryOptions.nanos(this.options.linger()));
			}
			this.waiting.set(false);
		}
		// Nobody but close() has a reason to interrupt; without this it would never rest
		Thread.interrupted();
	}

	/** Only a logger that throws, or a heap that is full, leads here. */
	private void survive(Throwable ex) {
		for (Delivery delivery : this.batch.deliveries()) {
			try {
				delivery.drop(DropReason.ERROR, ex.getClass().getName());
			}
			catch (Throwable ignored) {
				// It is counted; only the log line is missing
			}
		}
		LockSupport.parkNanos(this, DeliveryOptions.nanos(this.options.retryFirst()));
	}

	/** Try once; what fails is still the batch, or given back, when this returns. */
	private void deliver() {
		List<Delivery> unsettled = unsettled();
		if (unsettled.isEmpty()) {
			finish();
		}
		else if (isOver()) {
			giveUp(unsettled);
		}
		else if (send(unsettled)) {
			finish();
		}
		else {
			handleFailure(unsettled());
		}
	}

	/** With a disk, {@link #close} keeps it. */
	private void giveUp(List<Delivery> unsettled) {
		if (this.spooler == null) {
			drop(unsettled, DropReason.SHUTDOWN);
			finish();
		}
	}

	private List<Delivery> unsettled() {
		return this.batch.deliveries().stream().filter((delivery) -> !delivery.isSettled()).toList();
	}

	private boolean send(List<Delivery> deliveries) {
		try {
			this.sender.send(deliveries);
			deliveries.forEach(Delivery::delivered);
		}
		catch (Throwable ex) {
			// Left set, it would break every wait and every channel from now on
			Thread.interrupted();
			this.outage.failed(describe(ex), this.firstTry, !isOver());
			return false;
		}
		this.outage.over();
		return true;
	}

	/** The whole batch is settled. */
	private void finish() {
		Batch done;
		synchronized (this.closeLock) {
			done = this.batch;
			this.batch = Batch.empty();
		}
		this.attempt = 0;
		if (this.spooler == null) {
			return;
		}
		this.spooler.away(false);
		if (done.stored()) {
			this.spooler.settled(done.deliveries());
			rest(this.pace.rest(done.deliveries().size(), this.channel.balance().accepted(), System.nanoTime()));
		}
	}

	private void handleFailure(List<Delivery> unsettled) {
		if (this.spooler != null) {
			this.spooler.away(true);
			synchronized (this.closeLock) {
				if (!this.batch.stored() && !this.abandoned && this.spooler.giveBack(unsettled)) {
					this.batch = Batch.empty();
				}
			}
		}
		else if (System.nanoTime() - this.firstTry > DeliveryOptions.nanos(this.options.giveUpAfter())) {
			drop(unsettled, DropReason.EXPIRED);
		}
		boolean mine = !this.batch.deliveries().isEmpty();
		if (mine && unsettled.stream().allMatch(Delivery::isSettled)) {
			finish();
		}
		else {
			backOff(this.attempt++);
		}
	}

	private boolean isOver() {
		return this.closed && System.nanoTime() - this.closeDeadline >= 0;
	}

	private void drop(List<Delivery> deliveries, DropReason reason) {
		String error = this.channel.balance().lastError();
		deliveries.forEach((delivery) -> delivery.drop(reason, (error != null) ? error : ""));
	}

	/** Full jitter would allow no wait at all; half of it is kept. */
	private void backOff(int attempt) {
		long first = DeliveryOptions.nanos(this.options.retryFirst());
		long longest = DeliveryOptions.nanos(this.options.retryMax());
		int doublings = Math.min(attempt, Long.SIZE - 2);
		long wait = (first <= longest >> doublings) ? first << doublings : longest;
		rest(wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1));
	}

	/** Until the time is over, or all ends. */
	private void rest(long nanos) {
		long until = System.nanoTime() + nanos;
		long left = nanos;
		while (left > 0 && !isOver() && !(this.closed && endsOnDisk())) {
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
		while (held() > 0) {
			if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
				return held() == 0;
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
		boolean ended = join(this.thread, this.closeDeadline);
		synchronized (this.closeLock) {
			// What hangs in the destination is given up; its own late outcome no longer
			// counts
			Batch left = this.batch;
			this.batch = Batch.empty();
			if (this.spooler != null) {
				keep(this.spooler, left);
			}
			else {
				drop(left.deliveries(), DropReason.SHUTDOWN);
			}
			// Not before: who still offers would drop what the disk is about to take
			this.abandoned = true;
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

	/** Leave to the next process what this one has not delivered. */
	private void keep(Spooler spooler, Batch left) {
		drop(spooler.close(left, System.nanoTime() + DISK_CLOSE_NANOS), DropReason.SHUTDOWN);
		long kept = spooler.size();
		if (kept > 0) {
			logger.info("Cairn: {} was closed; {} messages are spooled for the next start", this.channel.name(), kept);
		}
	}

	private long lostToShutdown() {
		return this.channel.balance().dropped().getOrDefault(DropReason.SHUTDOWN, 0L);
	}

	/** Also where the caller is interrupted: what is held would be lost otherwise. */
	static boolean join(Thread thread, long deadline) {
		boolean interrupted = false;
		long left = deadline - System.nanoTime();
		while (left > 0 && thread.isAlive()) {
			try {
				TimeUnit.NANOSECONDS.timedJoin(thread, left);
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
			left = deadline - System.nanoTime();
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		return !thread.isAlive();
	}

	private void abandonQueue() {
		Delivery left = this.queue.poll();
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
