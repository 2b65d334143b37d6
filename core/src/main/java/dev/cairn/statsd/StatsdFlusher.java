package dev.cairn.statsd;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.cairn.Lifecycle;
import dev.cairn.delivery.Channel;
import dev.cairn.internal.Threads;
import dev.cairn.internal.WarnOnce;
import io.micrometer.core.instrument.Meter;
import io.micrometer.statsd.StatsdConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the meters at an interval, on a thread of its own. Thread-safe.
 */
final class StatsdFlusher implements Lifecycle {

	private static final Logger logger = LoggerFactory.getLogger(StatsdFlusher.class);

	private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private final long intervalNanos;

	private final long pollingNanos;

	private final PacketQueue queue;

	private final StatsdWriter writer;

	private final Map<Meter.Id, FlushableMeter> recorded = new ConcurrentHashMap<>();

	/** Meters that are only read at the polling frequency. */
	private final Map<Meter.Id, FlushableMeter> polled = new ConcurrentHashMap<>();

	/** Removed meters, which are written once more. */
	private final Queue<FlushableMeter> removed = new ConcurrentLinkedQueue<>();

	private final WarnOnce problems = new WarnOnce(logger);

	private volatile @Nullable Thread thread;

	private volatile boolean hurry;

	private boolean stopped;

	private long nextPoll = System.nanoTime();

	StatsdFlusher(StatsdConfig config, StatsdRegistry.Options options, Channel channel,
			StatsdRegistry.Transport transport) {
		this.intervalNanos = options.flushInterval().toNanos();
		this.pollingNanos = config.pollingFrequency().toNanos();
		this.queue = new PacketQueue(transport, channel);
		this.writer = new StatsdWriter(this.queue, config.maxPacketLength(), options.packed());
	}

	void add(Meter.Id id, FlushableMeter meter) {
		this.recorded.put(id, meter);
	}

	void poll(Meter.Id id, FlushableMeter meter) {
		this.polled.put(id, meter);
	}

	void remove(Meter.Id id) {
		FlushableMeter meter = this.recorded.remove(id);
		if (meter == null) {
			meter = this.polled.remove(id);
		}
		if (meter != null) {
			this.removed.add(meter);
		}
	}

	@Override
	public synchronized void start() {
		if (!this.stopped && this.thread == null) {
			Thread started = Threads.daemon(this::run, "cairn-statsd");
			this.thread = started;
			started.start();
		}
	}

	private void run() {
		while (awaitNextFlush()) {
			try {
				flush();
			}
			catch (Throwable ex) {
				this.problems.warn("flush", () -> "failed to write meters to StatsD: " + ex);
			}
		}
	}

	/** Returns whether the thread is to go on. */
	private boolean awaitNextFlush() {
		if (!this.hurry) {
			LockSupport.parkNanos(this, this.intervalNanos);
		}
		this.hurry = false;
		return this.thread == Thread.currentThread();
	}

	/** Requests a flush before the interval is over. */
	void hurry() {
		this.hurry = true;
		LockSupport.unpark(this.thread);
	}

	/** Writes all meters and returns whether everything is sent. */
	private synchronized boolean flush() {
		if (this.stopped) {
			return true;
		}
		boolean poll = System.nanoTime() - this.nextPoll >= 0;
		for (FlushableMeter meter = this.removed.poll(); meter != null; meter = this.removed.poll()) {
			write(meter);
		}
		this.recorded.values().forEach(this::write);
		if (poll) {
			this.nextPoll = System.nanoTime() + this.pollingNanos;
			this.polled.values().forEach(this::write);
		}
		this.writer.flush();
		return this.queue.isEmpty();
	}

	/** A function of the application may fail. */
	private void write(FlushableMeter meter) {
		try {
			meter.flush(this.writer);
		}
		catch (RuntimeException ex) {
			this.writer.abandonLine();
			this.problems.warn("meter", () -> "failed to read a meter: " + ex);
		}
	}

	/** Writes all meters and waits until everything is sent; returns whether it is. */
	boolean flush(Duration timeout) {
		long deadline = Threads.deadline(timeout);
		boolean sent = flush();
		while (!sent && System.nanoTime() - deadline < 0) {
			LockSupport.parkNanos(Math.min(deadline - System.nanoTime(), RETRY_NANOS));
			sent = retry();
		}
		return sent;
	}

	private synchronized boolean retry() {
		this.queue.sendNow();
		return this.queue.isEmpty();
	}

	@Override
	public void suspend(Duration timeout) {
		endThread(timeout);
		close();
	}

	private void endThread(Duration timeout) {
		Thread ended = this.thread;
		this.thread = null;
		if (ended != null) {
			LockSupport.unpark(ended);
			Threads.join(ended, Threads.deadline(timeout));
		}
	}

	private synchronized void close() {
		try {
			this.queue.close();
		}
		catch (IOException ex) {
			this.problems.warn("close", () -> "failed to close the transport to StatsD: " + ex);
		}
	}

	/** Writes all meters once more, reads all gauges, and ends. */
	@Override
	public void stop(Duration timeout) {
		long deadline = Threads.deadline(timeout);
		endThread(timeout);
		synchronized (this) {
			this.nextPoll = System.nanoTime();
			this.queue.stopWarning();
		}
		flush(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
		synchronized (this) {
			if (!this.stopped) {
				this.stopped = true;
				this.queue.dropAll(timeout);
				close();
			}
		}
	}

}
