package dev.cairn.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import dev.cairn.Ledger.DropReason;
import dev.cairn.delivery.Sink.Outgoing;

/**
 * A backlog in memory and on disk. Messages go to the disk while the destination is
 * unavailable, the memory is half full, or anything is on the disk, or if they are
 * durable.
 */
final class SpooledBacklog extends Backlog implements SpoolThread.Source {

	/** How many share the sync of the disk. */
	private static final int DURABLE_CHUNK = 1000;

	/** Few enough to make room in less than the time that a caller waits for it. */
	private static final int CHUNK = 100;

	private static final long DURABLE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

	/** How long a caller waits for the disk to make room. */
	private static final long HAND_OVER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private static final long HAND_OVER_POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

	/** After that time, a disk hangs. */
	private static final long HANGS_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final Channel channel;

	private final Spool spool;

	private final boolean durable;

	private final SpoolHealth health;

	private final SpoolQueue disk;

	private final SpoolThread thread;

	private final ReplayRateLimiter limiter;

	/** On their way to the disk; guarded by this. */
	private List<Delivery> storing = List.of();

	/** Since when the disk has been writing; 0 if it is not. */
	private volatile long storingSince;

	/** Whether the destination has failed and not succeeded since; guarded by this. */
	private boolean unavailable;

	/** When the next stored batch may go out; set by the thread of the sink. */
	private volatile long replayAt = System.nanoTime();

	SpooledBacklog(DeliveryOptions options, Spool.Config config, LossLog losses, Destination destination,
			Runnable wakeSink, BooleanSupplier stopped) {
		super(options, losses, destination, stopped);
		this.channel = losses.channel();
		this.spool = config.spool();
		this.durable = config.durable();
		this.health = new SpoolHealth(this.channel);
		this.disk = new SpoolQueue(config, losses);
		this.thread = new SpoolThread(this.spool, this.disk, this.health, this.channel, this, wakeSink);
		this.limiter = new ReplayRateLimiter(config.replayPerSecond());
		this.channel.spooled(this.spool::size);
	}

	@Override
	void start() {
		this.thread.start();
	}

	@Override
	boolean offer(Outgoing outgoing) {
		if (isHalfFull()) {
			awaitHandOver();
		}
		Delivery delivery = add(outgoing);
		if (delivery == null) {
			return false;
		}
		try {
			if (this.durable || isHalfFull()) {
				this.thread.wakeIfIdle();
			}
			// The message is accepted in any case; that it is not on disk is counted
			if (this.durable && !delivery.awaitPersisted(DURABLE_WAIT_NANOS, this::takesMore)) {
				this.channel.notPersisted();
			}
		}
		catch (StackOverflowError ex) {
			// The thread of the disk finds it; to throw this would claim that it is lost
		}
		return true;
	}

	/**
	 * The second half of the room is for callers that have waited, so that many of them
	 * do not have messages evicted that the disk is about to take.
	 */
	private void awaitHandOver() {
		this.thread.wakeIfIdle();
		long deadline = System.nanoTime() + HAND_OVER_NANOS;
		while (isHalfFull() && takesMore() && !isHanging() && System.nanoTime() - deadline < 0
				&& !Thread.currentThread().isInterrupted()) {
			LockSupport.parkNanos(this, HAND_OVER_POLL_NANOS);
		}
	}

	private boolean isHanging() {
		long since = this.storingSince;
		return since != 0 && System.nanoTime() - since > HANGS_AFTER_NANOS;
	}

	private boolean takesMore() {
		return !this.health.hasFailed() && !this.thread.isEnding();
	}

	@Override
	List<Delivery> next(int most) {
		return this.health.isOpening() ? List.of() : nextOfBoth(most);
	}

	private synchronized List<Delivery> nextOfBoth(int most) {
		boolean onTheWay = this.health.isAvailable() && hasReasonToStore();
		if (!hasStored() && !onTheWay) {
			return super.next(most);
		}
		List<Delivery> batch = nextRetries(most);
		if (hasStored() && this.replayAt - System.nanoTime() <= 0) {
			fill(batch, most, this.disk::poll);
			this.thread.wakeIfIdle();
		}
		return batch;
	}

	private boolean hasStored() {
		return !this.storing.isEmpty() || this.spool.size() > 0;
	}

	private boolean hasReasonToStore() {
		return this.durable || this.unavailable || isHalfFull();
	}

	@Override
	void settled(List<Delivery> batch) {
		synchronized (this) {
			this.unavailable = false;
			super.settled(batch);
		}
		if (batch.get(0).isOnDisk()) {
			long now = System.nanoTime();
			this.replayAt = now + this.limiter.rest(batch.size(), this.channel.balance().accepted(), now);
			this.thread.wakeIfIdle();
		}
	}

	/** While the destination accepts nothing at all, messages wait on the disk. */
	@Override
	void expire() {
		expire(true);
	}

	@Override
	void giveBack(List<Delivery> deliveries, long lastAccepted) {
		synchronized (this) {
			this.unavailable = true;
			super.giveBack(deliveries, lastAccepted);
		}
		this.thread.wake();
	}

	@Override
	long nanosUntilNext() {
		long replay = this.replayAt - System.nanoTime();
		return Math.min((replay > 0 && this.spool.size() > 0) ? replay : Long.MAX_VALUE, super.nanosUntilNext());
	}

	@Override
	long size() {
		return super.size() + this.spool.size();
	}

	@Override
	synchronized boolean keepsRest() {
		return this.health.isAvailable() && (this.unavailable || hasStored());
	}

	@Override
	long kept() {
		return this.spool.size();
	}

	@Override
	void suspend(long deadline) {
		this.thread.suspend(deadline);
	}

	/** Drops the messages that hang on their way to the disk, too. */
	@Override
	void abandon() {
		List<Delivery> hanging;
		synchronized (this) {
			hanging = this.storing;
		}
		hanging.forEach((delivery) -> delivery.drop(DropReason.SHUTDOWN, "", ""));
		super.abandon();
		this.disk.abandon();
	}

	@Override
	public synchronized List<Delivery> take() {
		if (hasReasonToStore() || hasStored()) {
			boolean behind = this.spool.size() > 0;
			List<Delivery> chunk = behind ? new ArrayList<>() : takeRetries();
			chunk.addAll(takeFresh(this.durable ? DURABLE_CHUNK : CHUNK));
			this.storing = chunk;
			this.storingSince = chunk.isEmpty() ? 0 : System.nanoTime();
		}
		return this.storing;
	}

	@Override
	public synchronized List<Delivery> takeRest(List<Delivery> fresh) {
		this.storing = takeRetries();
		fresh.addAll(takeFresh(Integer.MAX_VALUE));
		this.storing.addAll(fresh);
		return this.storing;
	}

	@Override
	public synchronized void putBack(List<Delivery> taken) {
		super.putBack(taken);
		this.storing = List.of();
		this.storingSince = 0;
	}

	@Override
	public boolean isBusy() {
		return keepsRest();
	}

}
