package dev.cairn.statsd;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
 * Writes the meters at an interval, on a thread of its own. All that uses the transport
 * runs on threads that follow one another, since it may hang: nobody else waits for it
 * longer than for the given time. Thread-safe.
 */
final class StatsdFlusher implements Lifecycle {

	private static final Logger logger = LoggerFactory.getLogger(StatsdFlusher.class);

	private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private static final long FOREVER = Long.MAX_VALUE / 2;

	/** How long the end waits for a server that is away when it begins. */
	private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** How long the end waits for a thread that it has interrupted. */
	private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

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

	/** Flushes that were requested. */
	private final Queue<FutureTask<Boolean>> requests = new ConcurrentLinkedQueue<>();

	/** The thread that flushes at an interval; {@code null} unless this is started. */
	private volatile @Nullable Thread thread;

	/** The thread that uses the transport after all others. Guarded by this. */
	private @Nullable Thread latest;

	private volatile boolean hurry;

	private volatile boolean stopped;

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
			this.thread = follow(this::run);
		}
	}

	/** Starts a thread that begins with its work once the thread before it has ended. */
	private synchronized Thread follow(Runnable work) {
		Thread before = this.latest;
		Thread next = Threads.daemon(() -> {
			if (before != null) {
				Threads.join(before, System.nanoTime() + FOREVER);
			}
			work.run();
		}, "cairn-statsd");
		this.latest = next;
		next.start();
		return next;
	}

	private void run() {
		while (awaitNextFlush()) {
			flush();
			serveRequests();
		}
		serveRequests();
	}

	private void serveRequests() {
		for (FutureTask<Boolean> request = this.requests.poll(); request != null; request = this.requests.poll()) {
			request.run();
		}
	}

	/**
	 * Returns whether the thread is to go on. Whoever ends it may have woken it up while
	 * it was waiting for the server.
	 */
	private boolean awaitNextFlush() {
		if (!this.hurry && isCurrent()) {
			LockSupport.parkNanos(this, this.intervalNanos);
		}
		this.hurry = false;
		return isCurrent();
	}

	/** The lock is held until a thread that was started is the current one. */
	private synchronized boolean isCurrent() {
		return this.thread == Thread.currentThread();
	}

	/** Requests a flush before the interval is over. */
	void hurry() {
		this.hurry = true;
		LockSupport.unpark(this.thread);
	}

	/** Writes all meters. */
	private void flush() {
		try {
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
		}
		catch (Throwable ex) {
			this.problems.warn("flush", () -> "failed to write meters to StatsD: " + ex);
		}
	}

	/** A function of the application may fail. */
	private void write(FlushableMeter meter) {
		try {
			meter.flush(this.writer);
		}
		catch (Throwable ex) {
			this.writer.abandonLine();
			this.problems.warn("meter", () -> "failed to read a meter: " + ex);
		}
	}

	/** Writes all meters and tries to send until the deadline. */
	private boolean flush(long deadline) {
		flush();
		while (!this.queue.isEmpty() && System.nanoTime() - deadline < 0 && !Thread.currentThread().isInterrupted()) {
			LockSupport.parkNanos(this, Math.min(deadline - System.nanoTime(), RETRY_NANOS));
			this.queue.sendNow();
		}
		return this.queue.isEmpty();
	}

	/**
	 * Has all meters written and returns whether everything is sent within the timeout.
	 */
	boolean flush(Duration timeout) {
		long deadline = Threads.deadline(timeout);
		FutureTask<Boolean> request = new FutureTask<>(() -> flush(deadline));
		if (!request(request)) {
			return true;
		}
		try {
			return request.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (ExecutionException | TimeoutException ex) {
			return false;
		}
	}

	/** Returns whether it will run. */
	private synchronized boolean request(FutureTask<Boolean> request) {
		if (this.stopped) {
			return false;
		}
		if (this.thread == null) {
			follow(request);
		}
		else {
			this.requests.add(request);
			hurry();
		}
		return true;
	}

	@Override
	public void suspend(Duration timeout) {
		end(Threads.deadline(timeout), this::close);
	}

	/**
	 * Ends the thread that flushes at an interval, interrupts it if it hangs until the
	 * deadline, and does something afterwards.
	 */
	private void end(long deadline, Runnable work) {
		Thread ended;
		Thread last;
		synchronized (this) {
			ended = this.thread;
			this.thread = null;
			last = follow(work);
		}
		LockSupport.unpark(ended);
		if (!Threads.join(last, deadline)) {
			if (ended != null) {
				ended.interrupt();
			}
			last.interrupt();
			Threads.join(last, System.nanoTime() + GRACE_NANOS);
		}
	}

	private void close() {
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
		synchronized (this) {
			if (this.stopped) {
				return;
			}
			this.stopped = true;
		}
		long start = System.nanoTime();
		long deadline = Threads.deadline(timeout);
		end(deadline, () -> {
			this.nextPoll = System.nanoTime();
			this.queue.stopWarning();
			long left = deadline - System.nanoTime();
			flush(System.nanoTime() + (this.queue.isFailing() ? Math.min(left, AWAY_NANOS) : left));
			this.queue.dropAll(Duration.ofNanos(System.nanoTime() - start));
			close();
		});
	}

}
