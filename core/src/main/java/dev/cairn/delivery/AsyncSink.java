package dev.cairn.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import dev.cairn.DropReason;
import dev.cairn.Ledger.State;
import dev.cairn.Message;
import dev.cairn.internal.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sink that accepts messages from any thread without blocking it, and delivers them in
 * batches, in order, on a daemon thread of its own. Further batches are encoded and
 * submitted while the first one is on its way. What the destination does not accept is
 * retried after a growing pause; nothing younger in its lane overtakes it. The backlog is
 * bounded in messages and bytes, and may have a {@link Spool.Config spool} on disk.
 * <p>
 * While messages flow, the thread polls the backlog, so that a caller pays for one entry
 * in a queue. Only the first message after a pause wakes the thread up.
 */
public final class AsyncSink implements Sink {

	private static final Logger logger = LoggerFactory.getLogger(AsyncSink.class);

	/** How many batches may be on their way. */
	private static final int MAX_IN_FLIGHT = 4;

	/** How often the thread polls before it waits to be woken up. */
	private static final int IDLE_ROUNDS = 50;

	private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private static final long DISK_CLOSE_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final Channel channel;

	private final Destination destination;

	private final DeliveryOptions options;

	private final LossLog losses;

	private final Backlog backlog;

	private final OutageLogger outage;

	private final Thread thread;

	private final AtomicBoolean waiting = new AtomicBoolean();

	private final AtomicBoolean started = new AtomicBoolean();

	private final AtomicBoolean closing = new AtomicBoolean();

	/** Submitted and not settled, oldest first; guarded by itself. */
	private final Deque<List<Delivery>> inFlight = new ArrayDeque<>();

	/**
	 * The batches that the destination has to settle, oldest first; for the thread only.
	 */
	private final Deque<List<Delivery>> submitted = new ArrayDeque<>();

	/** The batches that the destination has not fully accepted; for the thread only. */
	private @Nullable List<Delivery> submitting;

	/** In terms of {@link System#nanoTime()}; set before {@link #closed}. */
	private volatile long closeDeadline;

	private volatile boolean closed;

	/** Whether the batches in flight are taken from the thread; guarded by them. */
	private boolean ended;

	/** Guarded by {@link #inFlight}. */
	private boolean closingDestination;

	private volatile boolean abandoned;

	/**
	 * Creates a sink in memory.
	 * @param channel the channel
	 * @param destination the destination
	 * @param options how to queue, batch and retry
	 */
	public AsyncSink(Channel channel, Destination destination, DeliveryOptions options) {
		this(channel, destination, options, null);
	}

	/**
	 * Creates a sink.
	 * @param channel the channel
	 * @param destination the destination
	 * @param options how to queue, batch and retry
	 * @param spool the spool; {@code null} for none
	 */
	public AsyncSink(Channel channel, Destination destination, DeliveryOptions options, Spool.@Nullable Config spool) {
		this(channel, destination, List.of(new Queue(options, spool)), (message) -> 0);
	}

	/**
	 * Creates a sink with several queues, which take turns.
	 * @param channel the channel
	 * @param destination the destination
	 * @param queues the queues; the options of the first one decide on batches
	 * @param route returns the index of the queue of a message
	 */
	public AsyncSink(Channel channel, Destination destination, List<Queue> queues, Function<Message, Integer> route) {
		this.channel = channel;
		this.destination = destination;
		this.options = queues.get(0).options();
		this.losses = new LossLog(channel);
		List<Backlog> backlogs = queues.stream().map(this::backlog).toList();
		this.backlog = (backlogs.size() == 1) ? backlogs.get(0)
				: new RoutedBacklog(backlogs, (message) -> backlogs.get(route.apply(message)));
		this.outage = new OutageLogger(channel, this::state, this.options.maxMessages() + " messages"
				+ ((queues.get(0).spool() != null) ? " in memory and more on disk" : ""));
		this.thread = Threads.daemon(this::run, "cairn-" + channel.name());
	}

	@Override
	public void start() {
		if (!this.closed && this.started.compareAndSet(false, true)) {
			this.backlog.start();
			this.thread.start();
		}
	}

	private Backlog backlog(Queue queue) {
		Spool.Config spool = queue.spool();
		return (spool != null)
				? new SpooledBacklog(queue.options(), spool, this.losses, this::laneOf, this::wakeThread,
						() -> this.closed)
				: new MemoryBacklog(queue.options(), this.losses, this::laneOf, () -> this.closed);
	}

	private @Nullable Object laneOf(Message message) {
		try {
			return this.destination.lane(message);
		}
		catch (RuntimeException | Error ex) {
			// Whoever asks has taken the message from a queue and must not lose it
			return null;
		}
	}

	@Override
	public Channel channel() {
		return this.channel;
	}

	/**
	 * Returns how many messages wait or are on their way, on disk and in memory.
	 * @return a number that changes all the time
	 */
	public long held() {
		return this.backlog.size();
	}

	@Override
	public @Nullable Object context(Message message) {
		return this.closed ? null : this.destination.context(message);
	}

	@Override
	public boolean offer(Outgoing outgoing) {
		if (this.closed) {
			new Delivery(outgoing, this.losses, null).drop(DropReason.SHUTDOWN, "");
			return false;
		}
		boolean accepted = this.backlog.offer(outgoing);
		if (accepted) {
			wake();
		}
		return accepted;
	}

	/** The message is accepted; nothing from here on may claim otherwise. */
	private void wake() {
		try {
			if (this.abandoned) {
				// The thread may have looked for the last time before this was added
				this.backlog.abandon();
			}
			else if (this.waiting.get() && this.waiting.compareAndSet(true, false)
					|| this.backlog.hasJustBecomeHalfFull()) {
				wakeThread();
			}
		}
		catch (StackOverflowError ex) {
			// The next caller, or the thread itself, finds it
		}
	}

	private void wakeThread() {
		LockSupport.unpark(this.thread);
	}

	private void run() {
		int idleRounds = 0;
		boolean done = false;
		while (!done) {
			// Whatever was offered before the sink was closed is found in this round
			boolean last = this.closed;
			try {
				boolean idle = !round(last);
				this.losses
					.reportOverflow(this.options.maxMessages() + " messages or " + this.options.maxBytes() + " bytes");
				idleRounds = idle ? idleRounds + 1 : 0;
				done = last && (isOver() || idle && (this.backlog.size() == 0 || this.backlog.keepsRest()));
				if (idle && !done) {
					await(idleRounds);
				}
			}
			catch (Throwable ex) {
				survive(ex);
			}
		}
		closeDestination();
	}

	/** Returns whether there was something to do. */
	private boolean round(boolean last) {
		boolean submitted = !(last && this.backlog.keepsRest()) && submitNext();
		int inFlight = inFlight();
		if (inFlight > 0 && (!submitted || inFlight == MAX_IN_FLIGHT)) {
			settleOldest();
			submitted = true;
		}
		return submitted;
	}

	/** Either this thread has a delivery or {@link #close} finds it, never neither. */
	private boolean submitNext() {
		List<Delivery> batch;
		synchronized (this.inFlight) {
			batch = this.ended ? List.of() : this.backlog.next(this.options.batchSize());
			if (!batch.isEmpty()) {
				this.inFlight.addLast(batch);
			}
		}
		if (batch.isEmpty()) {
			return false;
		}
		this.submitted.addLast(batch);
		this.submitting = batch;
		batch.forEach(Delivery::attempted);
		try {
			this.destination.submit(batch);
			this.submitting = null;
		}
		catch (Throwable ex) {
			failed(ex, batch);
		}
		return true;
	}

	private void settleOldest() {
		List<Delivery> batch = this.submitted.getFirst();
		try {
			settle(batch);
		}
		catch (Throwable ex) {
			failed(ex, batch);
			return;
		}
		synchronized (this.inFlight) {
			if (!this.ended) {
				this.inFlight.removeFirst();
				this.backlog.settled(batch);
			}
		}
		if (!this.backlog.isRetrying()) {
			this.outage.over();
		}
	}

	/** Retries nothing before the outcome of all batches on their way is available. */
	private void failed(Throwable ex, List<Delivery> batch) {
		// Left set, it would break every wait and every channel from now on
		Thread.interrupted();
		try {
			this.outage.failed(OutageLogger.describe(ex), batch.get(0).firstAttempt(), !isOver());
		}
		catch (Throwable ignored) {
			// A logger has thrown it; the batches have to be settled all the same
		}
		settleAll();
		List<Delivery> deliveries = new ArrayList<>();
		allInFlight().forEach(deliveries::addAll);
		this.backlog.expire(deliveries);
		synchronized (this.inFlight) {
			if (!this.ended) {
				this.inFlight.clear();
				this.backlog.giveBack(deliveries);
			}
		}
	}

	/** The destination relies on one call for each batch, in order, whatever happens. */
	private void settle(List<Delivery> batch) throws Exception {
		this.submitted.removeFirst();
		this.destination.settle(batch);
		if (batch != this.submitting) {
			batch.forEach(Delivery::delivered);
		}
	}

	/** One warning for all that is on its way is enough. */
	private void settleAll() {
		while (!this.submitted.isEmpty() && inFlight() > 0) {
			try {
				settle(this.submitted.getFirst());
			}
			catch (Throwable ex) {
				Thread.interrupted();
			}
		}
		this.submitted.clear();
		this.submitting = null;
	}

	private int inFlight() {
		synchronized (this.inFlight) {
			return this.inFlight.size();
		}
	}

	private List<List<Delivery>> allInFlight() {
		synchronized (this.inFlight) {
			return List.copyOf(this.inFlight);
		}
	}

	private void await(int idleRounds) {
		long wait = Math.min(this.backlog.nanosUntilNext(), Math.max(0, untilOver()));
		if (idleRounds < IDLE_ROUNDS) {
			LockSupport.parkNanos(this, Math.min(wait, DeliveryOptions.nanos(this.options.linger())));
		}
		else {
			this.waiting.set(true);
			if (this.backlog.size() == 0 && !this.closed) {
				LockSupport.park(this);
			}
			else {
				LockSupport.parkNanos(this, Math.min(wait, LONGEST_WAIT_NANOS));
			}
			this.waiting.set(false);
		}
		// Only close() has a reason to interrupt; left set, the thread would never rest
		Thread.interrupted();
	}

	/** Reached only if a logger throws, or if the heap or the stack is full. */
	private void survive(Throwable ex) {
		try {
			settleAll();
			allInFlight().forEach((batch) -> drop(batch, ex));
			synchronized (this.inFlight) {
				this.inFlight.forEach(this.backlog::settled);
				this.inFlight.clear();
			}
		}
		catch (Throwable again) {
			// The next round fails, too, and does what is left
		}
		LockSupport.parkNanos(this, DeliveryOptions.nanos(this.options.retryFirst()));
	}

	private static void drop(List<Delivery> batch, Throwable ex) {
		for (Delivery delivery : batch) {
			try {
				delivery.drop(DropReason.ERROR, ex.getClass().getName());
			}
			catch (Throwable ignored) {
				// The loss is counted; only the log line is missing
			}
		}
	}

	private boolean isOver() {
		return untilOver() <= 0;
	}

	private long untilOver() {
		return this.closed ? this.closeDeadline - System.nanoTime() : Long.MAX_VALUE;
	}

	/**
	 * A thread that hung may come back after the sink was closed; the channel stays off.
	 */
	private void state(State state) {
		synchronized (this.inFlight) {
			if (!this.ended) {
				this.channel.state(state);
			}
		}
	}

	@Override
	public boolean flush(Duration timeout) {
		long deadline = System.nanoTime() + DeliveryOptions.nanos(timeout);
		while (held() > 0) {
			if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
				return held() == 0;
			}
			wakeThread();
			LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
		}
		return true;
	}

	@Override
	public void suspend(Duration timeout) {
	}

	@Override
	public void stop(Duration timeout) {
		if (!this.closing.compareAndSet(false, true)) {
			return;
		}
		long lostBefore = lostToShutdown();
		this.closeDeadline = System.nanoTime() + DeliveryOptions.nanos(timeout);
		this.closed = true;
		wakeThread();
		boolean finished = Threads.join(this.thread, this.closeDeadline);
		long kept = this.backlog.close(takeInFlight(), System.nanoTime() + DISK_CLOSE_NANOS);
		// Not before: who still offers would drop what the disk is about to take
		this.abandoned = true;
		this.backlog.abandon();
		if (!finished) {
			interruptDelivery();
		}
		if (kept > 0) {
			logger.info("Cairn: {} was closed; {} messages are spooled for the next start", this.channel.name(), kept);
		}
		long lost = lostToShutdown() - lostBefore;
		if (lost > 0) {
			logger.warn("Cairn: {} was closed with {} messages that could not be delivered in {} ms",
					this.channel.name(), lost, TimeUnit.MILLISECONDS.convert(timeout));
		}
	}

	/**
	 * Gives up batches that hang in the destination; their late outcome no longer counts.
	 */
	private List<Delivery> takeInFlight() {
		synchronized (this.inFlight) {
			this.ended = true;
			this.channel.state(State.OFF);
			List<Delivery> taken = new ArrayList<>();
			this.inFlight.forEach(taken::addAll);
			this.inFlight.clear();
			return taken;
		}
	}

	/** Closing the destination should still do what it can. */
	private void interruptDelivery() {
		synchronized (this.inFlight) {
			if (!this.closingDestination) {
				this.thread.interrupt();
			}
		}
	}

	private long lostToShutdown() {
		return this.channel.balance().dropped().getOrDefault(DropReason.SHUTDOWN, 0L);
	}

	private void closeDestination() {
		synchronized (this.inFlight) {
			this.closingDestination = true;
			// Set if the time to close was over
			Thread.interrupted();
		}
		try {
			this.destination.close();
		}
		catch (Throwable ex) {
			logger.warn("Cairn: closing {} failed: {}", this.channel.name(), OutageLogger.describe(ex));
		}
	}

	/**
	 * A queue of a sink.
	 *
	 * @param options its bounds, and what gives way
	 * @param spool its spool; {@code null} for none
	 */
	public record Queue(DeliveryOptions options, Spool.@Nullable Config spool) {
	}

}
