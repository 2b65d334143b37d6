package dev.cairn.delivery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.cairn.internal.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that stores what the backlog cannot deliver, reads ahead, and removes what
 * is settled, so that a disk that hangs holds up nothing else.
 */
final class SpoolThread {

	private static final Logger logger = LoggerFactory.getLogger(Sink.class);

	private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

	private static final long FOREVER = Long.MAX_VALUE / 2;

	private final Channel channel;

	private final Spool spool;

	private final SpoolQueue queue;

	private final SpoolHealth health;

	private final Source source;

	private final Runnable wakeSink;

	private volatile @Nullable Thread thread;

	/** When the disk is written to again after a failure. */
	private long storeAt = System.nanoTime();

	private boolean readFailed;

	private volatile boolean idle;

	/** From a start to the end; {@code null} in between. */
	private volatile @Nullable Object run;

	SpoolThread(Spool spool, SpoolQueue queue, SpoolHealth health, Channel channel, Source source, Runnable wakeSink) {
		this.spool = spool;
		this.queue = queue;
		this.health = health;
		this.channel = channel;
		this.source = source;
		this.wakeSink = wakeSink;
	}

	void start() {
		Thread before = this.thread;
		Object started = new Object();
		this.run = started;
		this.health.opening();
		Thread next = Threads.daemon(() -> run(before, started), "cairn-" + this.channel.name() + "-spool");
		this.thread = next;
		next.start();
	}

	/** Stores the rest and closes the spool, as far as possible until the deadline. */
	void suspend(long deadline) {
		Thread running = this.thread;
		if (running != null) {
			this.run = null;
			wake();
			Threads.join(running, deadline);
		}
	}

	boolean isEnding() {
		return this.run == null;
	}

	void wake() {
		LockSupport.unpark(this.thread);
	}

	/** One of many callers wakes the thread up. */
	void wakeIfIdle() {
		if (this.idle) {
			this.idle = false;
			wake();
		}
	}

	private void run(@Nullable Thread before, Object started) {
		if (before != null) {
			// It may hang in the disk since before it was suspended
			Threads.join(before, System.nanoTime() + FOREVER);
		}
		// Once at least: messages that are offered just before the end are kept, too
		while (!open() && this.run == started) {
			LockSupport.parkNanos(this, IDLE_NANOS);
		}
		while (this.run == started) {
			// A thread that adds something after the round has looked for it finds it
			// idle
			this.idle = true;
			try {
				if (!round()) {
					LockSupport.parkNanos(this, this.source.isBusy() ? BUSY_NANOS : IDLE_NANOS);
				}
			}
			catch (Throwable ex) {
				failed("use", ex);
				LockSupport.parkNanos(this, BUSY_NANOS);
			}
		}
		end();
	}

	/**
	 * Records that an earlier process has left count as offered to this one; those that
	 * another process has taken over while this one was suspended no longer do.
	 */
	private boolean open() {
		long before = this.spool.size();
		try {
			this.spool.open();
		}
		catch (Throwable ex) {
			this.health.failed("open", ex);
			this.wakeSink.run();
			return false;
		}
		long found = this.spool.size() - before;
		this.channel.offered(found);
		this.channel.accepted(found);
		if (found > 0) {
			logger.info("Cairn: {} continues with {} spooled messages", this.channel.name(), found);
		}
		this.health.available();
		this.wakeSink.run();
		return true;
	}

	/** Returns whether there was something to do. */
	private boolean round() throws IOException {
		boolean removed = this.queue.removeSettled();
		boolean stored = store();
		boolean read = read();
		if (stored || read) {
			this.wakeSink.run();
		}
		return removed || stored || read;
	}

	private boolean read() {
		try {
			boolean read = this.queue.readAhead();
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
		List<Delivery> chunk = (this.storeAt - System.nanoTime() > 0) ? List.of() : this.source.take();
		if (chunk.isEmpty()) {
			return false;
		}
		try {
			this.queue.append(chunk);
			this.health.available();
		}
		catch (Throwable ex) {
			failed("write to", ex);
		}
		finally {
			this.source.putBack(chunk);
			chunk.forEach(Delivery::endWait);
		}
		return true;
	}

	/** Callers do not have a disk that fails tried more often. */
	private void failed(String operation, Throwable ex) {
		this.health.failed(operation, ex);
		this.storeAt = System.nanoTime() + IDLE_NANOS;
	}

	private void end() {
		List<Delivery> fresh = new ArrayList<>();
		List<Delivery> rest = this.source.takeRest(fresh);
		try {
			this.queue.removeSettled();
			// Attempted before anything on disk was, so it is older than that
			this.queue.prepend(rest.subList(0, rest.size() - fresh.size()));
			this.queue.append(fresh);
		}
		catch (Throwable ex) {
			this.health.failed("write to", ex);
		}
		try {
			this.queue.close();
		}
		catch (IOException ex) {
			this.health.failed("close", ex);
		}
		this.source.putBack(rest);
	}

	/**
	 * The memory whose messages go to the disk. A delivery that is taken counts as on its
	 * way until it is put back, settled or not.
	 */
	interface Source {

		/** Takes the deliveries that the disk should have now, oldest first. */
		List<Delivery> take();

		/**
		 * Takes everything, oldest first.
		 * @param fresh receives those that were never tried, too
		 */
		List<Delivery> takeRest(List<Delivery> fresh);

		void putBack(List<Delivery> taken);

		/** Returns whether there is more to do soon. */
		boolean isBusy();

	}

}
