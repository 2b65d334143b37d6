package dev.cairn.statsd;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.cairn.delivery.Channel;
import dev.cairn.internal.Threads;
import dev.cairn.internal.WarnOnce;
import io.micrometer.core.instrument.Meter;
import io.micrometer.statsd.StatsdConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the meters at an interval, on a thread of its own. Thread-safe.
 */
final class StatsdFlusher {

	private static final Logger logger = LoggerFactory.getLogger(StatsdFlusher.class);

	private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private final long intervalNanos;

	private final long pollingNanos;

	private final Duration closeTimeout;

	private final PacketQueue queue;

	private final StatsdWriter writer;

	private final Map<Meter.Id, FlushableMeter> meters = new ConcurrentHashMap<>();

	/** Removed meters, which are written once more. */
	private final Queue<FlushableMeter> removed = new ConcurrentLinkedQueue<>();

	private final WarnOnce problems = new WarnOnce(logger);

	private final Thread thread = Threads.daemon(this::run, "cairn-statsd");

	private volatile boolean hurry;

	private volatile boolean closing;

	private long nextPoll = System.nanoTime();

	StatsdFlusher(StatsdConfig config, StatsdRegistry.Options options, Channel channel, Transport transport) {
		this.intervalNanos = options.flushInterval().toNanos();
		this.pollingNanos = config.pollingFrequency().toNanos();
		this.closeTimeout = options.closeTimeout();
		this.queue = new PacketQueue(transport, channel, options);
		this.writer = new StatsdWriter(this.queue, config.maxPacketLength(), options.packed());
	}

	void start() {
		this.thread.start();
	}

	void add(Meter.Id id, FlushableMeter meter) {
		this.meters.put(id, meter);
	}

	void remove(Meter.Id id) {
		FlushableMeter meter = this.meters.remove(id);
		if (meter != null) {
			this.removed.add(meter);
		}
	}

	private void run() {
		while (!this.closing) {
			if (!this.hurry) {
				LockSupport.parkNanos(this, this.intervalNanos);
			}
			this.hurry = false;
			try {
				flush(false);
			}
			catch (Throwable ex) {
				this.problems.warn("flush", () -> "could not write meters to StatsD: " + ex);
			}
		}
	}

	/** Requests a flush before the interval is over. */
	void hurry() {
		this.hurry = true;
		LockSupport.unpark(this.thread);
	}

	/** Writes all meters; after the end has begun, only the last flush does. */
	private synchronized void flush(boolean last) {
		if (this.closing != last) {
			return;
		}
		if (last) {
			this.queue.closing();
		}
		boolean poll = last || System.nanoTime() - this.nextPoll >= 0;
		if (poll) {
			this.nextPoll = System.nanoTime() + this.pollingNanos;
		}
		for (FlushableMeter meter = this.removed.poll(); meter != null; meter = this.removed.poll()) {
			write(meter);
		}
		for (FlushableMeter meter : this.meters.values()) {
			if (poll || !(meter instanceof PolledMeter)) {
				write(meter);
			}
		}
		this.writer.flush();
	}

	/** A function of the application may fail. */
	private void write(FlushableMeter meter) {
		try {
			meter.flush(this.writer);
		}
		catch (RuntimeException ex) {
			this.writer.abandonLine();
			this.problems.warn("meter", () -> "could not read a meter: " + ex);
		}
	}

	/**
	 * Writes all meters and waits until everything is sent.
	 * @param timeout the maximum time to wait
	 * @return whether everything is sent
	 */
	boolean flush(Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		flush(this.closing);
		while (!isSent() && System.nanoTime() - deadline < 0) {
			LockSupport.parkNanos(Math.min(timeout.toNanos(), RETRY_NANOS));
			retry();
		}
		return isSent();
	}

	private synchronized boolean isSent() {
		return this.queue.isEmpty();
	}

	private synchronized void retry() {
		this.queue.sendNow();
	}

	/** Writes all meters once more, and ends. */
	void stop() {
		this.closing = true;
		LockSupport.unpark(this.thread);
		flush(this.closeTimeout);
		close();
	}

	private synchronized void close() {
		try {
			this.queue.close(this.closeTimeout);
		}
		catch (IOException ex) {
			this.problems.warn("close", () -> "could not close the transport to StatsD: " + ex);
		}
	}

}
