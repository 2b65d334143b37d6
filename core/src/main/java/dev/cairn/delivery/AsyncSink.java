package dev.cairn.delivery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Ledger.State;
import dev.cairn.Message;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.internal.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sink that accepts messages from any thread without blocking it, and delivers them in
 * batches, in order, on a daemon thread of its own. Batches that the destination does not
 * accept are retried after a growing pause; nothing younger in their lanes overtakes
 * them. The backlog is bounded in messages and bytes, and may have a {@link Spool.Config
 * spool} on disk.
 */
public final class AsyncSink implements Sink {

	private static final Logger logger = LoggerFactory.getLogger(Sink.class);

	/** The time that the disk has to store what is left. */
	private static final long DISK_CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	private final Channel channel;

	private final Destination destination;

	private final DeliveryOptions options;

	private final LossLog losses;

	private final Backlogs backlogs;

	private final OutageLogger outage;

	private final boolean spooled;

	/** The latest one; {@code null} before the start. */
	private volatile @Nullable DeliveryLoop loop;

	/** Guarded by this. */
	private boolean running;

	private volatile boolean stopped;

	private volatile boolean abandoned;

	/**
	 * Creates a sink in memory.
	 * @param channel the channel
	 * @param destination the destination
	 * @param options how to queue, batch and retry
	 */
	public AsyncSink(Channel channel, Destination destination, DeliveryOptions options) {
		this(channel, destination, List.of(new Queue(options, null)), (message) -> 0);
	}

	/**
	 * Creates a sink with several queues, which take turns.
	 * @param channel the channel
	 * @param destination the destination
	 * @param queues the queues; the options of the first one decide on batches
	 * @param route returns the index of the queue of a message
	 */
	public AsyncSink(Channel channel, Destination destination, List<Queue> queues, ToIntFunction<Message> route) {
		this.channel = channel;
		this.destination = destination;
		this.options = queues.get(0).options();
		this.losses = new LossLog(channel);
		this.spooled = queues.stream().anyMatch((queue) -> queue.spool() != null);
		this.backlogs = new Backlogs(queues.stream().map(this::backlog).toList(), route);
		this.outage = new OutageLogger(channel, this::state, this.options.maxMessages() + " messages"
				+ ((queues.get(0).spool() != null) ? " in memory, and further messages on the disk" : ""));
	}

	private Backlog backlog(Queue queue) {
		Spool.Config spool = queue.spool();
		return (spool != null)
				? new SpooledBacklog(queue.options(), spool, this.losses, this.destination, this::wake,
						() -> this.stopped)
				: new Backlog(queue.options(), this.losses, this.destination, () -> this.stopped);
	}

	/** A thread that hung may come back after the sink was stopped. */
	private void state(State state) {
		synchronized (this.backlogs) {
			this.channel.state(this.abandoned ? State.OFF : state);
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
		return this.backlogs.size();
	}

	@Override
	public @Nullable Object context(Message message) {
		return this.stopped ? null : this.destination.context(message);
	}

	@Override
	public boolean offer(Outgoing outgoing) {
		if (this.stopped) {
			new Delivery(outgoing, this.losses, null).drop(DropReason.SHUTDOWN, "", "");
			return false;
		}
		if (outgoing.context() == REFUSED) {
			new Delivery(outgoing, this.losses, null).filtered();
			return false;
		}
		if (!this.backlogs.offer(outgoing)) {
			return false;
		}
		try {
			afterOffer();
		}
		catch (StackOverflowError ex) {
			// The message is accepted. The next caller, or the thread itself, finds it
		}
		return true;
	}

	private void afterOffer() {
		DeliveryLoop current = this.loop;
		if (this.abandoned) {
			// The thread may have looked for the last time before this was added
			this.backlogs.abandon();
		}
		else if (current != null) {
			current.wakeIfWaiting();
		}
	}

	private void wake() {
		DeliveryLoop current = this.loop;
		if (current != null) {
			current.wake();
		}
	}

	@Override
	public boolean flush(Duration timeout) {
		long deadline = Threads.deadline(timeout);
		while (held() > 0) {
			if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
				return held() == 0;
			}
			wake();
			LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
		}
		return true;
	}

	@Override
	public synchronized void start() {
		if (!this.running && !this.stopped) {
			this.running = true;
			this.backlogs.start();
			DeliveryLoop next = new DeliveryLoop(this.backlogs, this.destination, this.options, this.losses,
					this.outage, this.loop);
			this.loop = next;
			next.start();
		}
	}

	@Override
	public synchronized void suspend(Duration timeout) {
		if (this.running) {
			end(timeout, false);
		}
	}

	@Override
	public synchronized void stop(Duration timeout) {
		if (this.stopped) {
			return;
		}
		if (held() > 0) {
			start();
		}
		long begin = System.nanoTime();
		long lostBefore = lostToShutdown();
		this.stopped = true;
		end(timeout, true);
		// Not before: a call to offer would drop what the disk is about to take
		this.abandoned = true;
		state(State.OFF);
		this.backlogs.abandon();
		long kept = this.backlogs.kept();
		if (kept > 0) {
			logger.info("Cairn: {} was closed; {} messages are spooled for the next start", this.channel.name(), kept);
		}
		long lost = lostToShutdown() - lostBefore;
		if (lost > 0) {
			logger.warn("Cairn: {} was closed with {} messages that could not be delivered in {} ms",
					this.channel.name(), lost, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
		}
	}

	/** Batches that hang in the destination are taken back: the disk may keep them. */
	private void end(Duration timeout, boolean draining) {
		long deadline = Threads.deadline(timeout);
		long disk = this.spooled ? Math.min(DISK_CLOSE_NANOS, (deadline - System.nanoTime()) / 4) : 0;
		this.running = false;
		DeliveryLoop current = this.loop;
		boolean ended = current == null || current.end(deadline - disk, draining);
		this.backlogs.end();
		this.backlogs.suspend(Math.max(deadline, System.nanoTime() + DISK_CLOSE_NANOS));
		if (current != null && !ended) {
			current.interruptDelivery();
		}
	}

	private long lostToShutdown() {
		return this.channel.balance().dropped().getOrDefault(DropReason.SHUTDOWN, 0L);
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
