package dev.cairn.delivery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import dev.cairn.DropReason;
import dev.cairn.Message;
import dev.cairn.internal.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backlog in memory and on disk. Messages go to the disk, behind those that are there,
 * while the destination is unavailable, while the memory is half full, while there is
 * anything on the disk, or always if they are durable. If the disk fails, messages stay
 * in memory. One thread does all the work of the disk, so a disk that hangs holds up
 * nothing else.
 */
final class SpooledBacklog implements Backlog {

	private static final Logger logger = LoggerFactory.getLogger(AsyncSink.class);

	private static final int CHUNK = 1000;

	private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

	private static final long DURABLE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

	private final MemoryBacklog memory;

	private final Channel channel;

	private final Spool spool;

	private final boolean durable;

	private final SpoolHealth health;

	private final SpoolReader reader;

	private final SpoolWriter writer;

	private final ReplayRateLimiter limiter;

	private final Runnable wakeSink;

	private final Thread thread;

	/** On their way to the disk; guarded by this. */
	private List<Delivery> storing = List.of();

	/** Guarded by this. */
	private boolean unavailable;

	/** When the next stored batch may go out; used by the thread of the sink only. */
	private volatile long replayAt = System.nanoTime();

	/** When the disk is written to again after a failure. */
	private long storeAt = System.nanoTime();

	private boolean readFailed;

	private volatile boolean idle;

	private volatile List<Delivery> onTheirWay = List.of();

	private volatile boolean stopped;

	SpooledBacklog(DeliveryOptions options, Spool.Config config, LossLog losses,
			Function<Message, @Nullable Object> laneOf, Runnable wakeSink, BooleanSupplier closed) {
		this.memory = new MemoryBacklog(options, losses, laneOf, closed);
		this.channel = losses.channel();
		this.spool = config.spool();
		this.durable = config.durable();
		this.health = new SpoolHealth(this.channel);
		this.reader = new SpoolReader(config, losses);
		this.writer = new SpoolWriter(config, this.reader);
		this.limiter = new ReplayRateLimiter(config.replayPerSecond());
		this.wakeSink = wakeSink;
		this.thread = Threads.daemon(this::run, "cairn-" + this.channel.name() + "-spool");
	}

	@Override
	public void start() {
		this.channel.spooled(this.spool::size);
		this.thread.start();
	}

	@Override
	public boolean offer(Outgoing outgoing) {
		Delivery delivery = this.memory.add(outgoing);
		if (delivery == null) {
			return false;
		}
		try {
			if (this.durable || this.memory.isHalfFull()) {
				wakeIfIdle();
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

	private boolean takesMore() {
		return !this.health.hasFailed() && !this.stopped;
	}

	/** One of many callers wakes the thread up. */
	private void wakeIfIdle() {
		if (this.idle) {
			this.idle = false;
			LockSupport.unpark(this.thread);
		}
	}

	@Override
	public synchronized List<Delivery> next(int most) {
		if (this.health.isUnknown()) {
			return List.of();
		}
		boolean onTheWay = this.health.isAvailable() && hasReasonToStore();
		if (!hasStored() && !onTheWay) {
			return this.memory.next(most);
		}
		List<Delivery> batch = this.memory.nextRetries(most);
		if (hasStored() && this.replayAt - System.nanoTime() <= 0) {
			this.memory.fill(batch, most, this.reader::poll);
			wakeIfIdle();
		}
		return batch;
	}

	private boolean hasStored() {
		return !this.storing.isEmpty() || this.spool.size() > 0;
	}

	private boolean hasReasonToStore() {
		return this.durable || this.unavailable || this.memory.isHalfFull();
	}

	@Override
	public void settled(List<Delivery> batch) {
		synchronized (this) {
			this.unavailable = false;
			this.memory.settled(batch);
		}
		if (batch.get(0).isOnDisk()) {
			long now = System.nanoTime();
			this.replayAt = now + this.limiter.rest(batch.size(), this.channel.balance().accepted(), now);
			wakeIfIdle();
		}
	}

	/** Messages do not expire where there is a disk. */
	@Override
	public void expire(List<Delivery> deliveries) {
	}

	@Override
	public boolean isRetrying() {
		return this.memory.isRetrying();
	}

	@Override
	public void giveBack(List<Delivery> batches) {
		synchronized (this) {
			this.unavailable = true;
			this.memory.giveBack(batches);
		}
		LockSupport.unpark(this.thread);
	}

	@Override
	public long nanosUntilNext() {
		long replay = (this.spool.size() > 0) ? Math.max(0, this.replayAt - System.nanoTime()) : Long.MAX_VALUE;
		return Math.min((replay > 0) ? replay : Long.MAX_VALUE, this.memory.nanosUntilNext());
	}

	@Override
	public boolean isQueueEmpty() {
		return this.memory.isQueueEmpty();
	}

	@Override
	public boolean hasJustBecomeHalfFull() {
		return this.memory.hasJustBecomeHalfFull();
	}

	@Override
	public long size() {
		return this.memory.size() + this.spool.size();
	}

	@Override
	public synchronized boolean keepsRest() {
		return this.health.isAvailable() && (this.unavailable || hasStored());
	}

	private void run() {
		// Once at least: messages that are offered just before the end are kept, too
		while (!open() && !this.stopped) {
			LockSupport.parkNanos(this, IDLE_NANOS);
		}
		while (!this.stopped) {
			// Whoever adds something after the round has looked for it finds it idle
			this.idle = true;
			try {
				if (!round()) {
					LockSupport.parkNanos(this, keepsRest() ? BUSY_NANOS : IDLE_NANOS);
				}
			}
			catch (Throwable ex) {
				failed("use", ex);
				LockSupport.parkNanos(this, BUSY_NANOS);
			}
		}
		end();
	}

	/** Messages that an earlier process has left count as offered to this one. */
	private boolean open() {
		try {
			this.spool.open();
		}
		catch (Throwable ex) {
			this.health.failed("open", ex);
			this.wakeSink.run();
			return false;
		}
		long found = this.spool.size();
		this.channel.offered(found);
		this.channel.accepted(found);
		if (found > 0) {
			logger.info("Cairn: {} continues with {} messages that were spooled before", this.channel.name(), found);
		}
		this.health.available();
		this.wakeSink.run();
		return true;
	}

	/** Returns whether there was something to do. */
	private boolean round() throws IOException {
		boolean removed = this.reader.removeSettled();
		boolean stored = store();
		boolean read = read();
		if (stored || read) {
			this.wakeSink.run();
		}
		return removed || stored || read;
	}

	private boolean read() {
		try {
			boolean read = this.reader.readAhead();
			if (read && this.readFailed) {
				this.readFailed = false;
				this.health.available();
			}
			return read;
		}
		catch (IOException ex) {
			this.readFailed = true;
			failed("read from", ex);
			return false;
		}
	}

	private boolean store() {
		if (this.storeAt - System.nanoTime() > 0) {
			return false;
		}
		List<Delivery> chunk = chunk();
		if (chunk.isEmpty()) {
			return false;
		}
		try {
			this.writer.append(chunk);
			this.health.available();
		}
		catch (Throwable ex) {
			failed("write to", ex);
		}
		finally {
			synchronized (this) {
				this.memory.putBack(chunk.stream().filter((delivery) -> !delivery.isSettled()).toList());
				this.storing = List.of();
			}
			chunk.forEach(Delivery::endWait);
		}
		return true;
	}

	/** Callers do not have a disk that fails tried more often. */
	private void failed(String operation, Throwable ex) {
		this.health.failed(operation, ex);
		this.storeAt = System.nanoTime() + IDLE_NANOS;
	}

	private synchronized List<Delivery> chunk() {
		if (!hasReasonToStore() && !hasStored()) {
			return List.of();
		}
		this.storing = (this.spool.size() > 0) ? this.memory.takeFresh(CHUNK) : this.memory.takeAll();
		return this.storing;
	}

	@Override
	public long close(List<Delivery> taken, long deadline) {
		this.onTheirWay = taken;
		this.stopped = true;
		LockSupport.unpark(this.thread);
		boolean finished = Threads.join(this.thread, deadline);
		List<Delivery> lost = new ArrayList<>();
		taken.stream().filter((delivery) -> !delivery.isOnDisk()).forEach(lost::add);
		synchronized (this) {
			lost.addAll(this.storing);
		}
		lost.forEach((delivery) -> delivery.drop(DropReason.SHUTDOWN, ""));
		if (finished) {
			// A late outcome of what stays on disk no longer counts. Before the disk has
			// finished, it would remove from the spool what is settled
			taken.forEach((delivery) -> delivery.stored(false));
		}
		this.memory.abandon();
		return this.spool.size();
	}

	@Override
	public void abandon() {
		this.memory.abandon();
	}

	/**
	 * Runs on the thread of the disk, so that a disk that hangs holds up nothing else.
	 */
	private void end() {
		// Attempted before anything on disk was, so it is older than that
		List<Delivery> attempted = new ArrayList<>(this.onTheirWay);
		attempted.removeIf(Delivery::isOnDisk);
		List<Delivery> fresh;
		synchronized (this) {
			attempted.addAll(this.memory.takeRetries());
			fresh = this.memory.takeFresh(Integer.MAX_VALUE);
			this.storing = new ArrayList<>(attempted);
			this.storing.addAll(fresh);
		}
		try {
			this.reader.removeSettled();
			this.writer.prepend(attempted);
			this.writer.append(fresh);
		}
		catch (Throwable ex) {
			this.health.failed("write to", ex);
		}
		try {
			this.spool.close();
		}
		catch (IOException ex) {
			this.health.failed("close", ex);
		}
	}

}
