package dev.cairn.statsd;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import dev.cairn.Lifecycle;
import dev.cairn.delivery.Channel;
import dev.cairn.internal.Threads;
import dev.cairn.internal.WarnOnce;
import io.micrometer.statsd.StatsdConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the meters at an interval. All that uses the transport runs on threads that
 * follow one another: no other thread waits for one that hangs. Thread-safe.
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

	private final FlushableMeters meters;

	private final WarnOnce problems = new WarnOnce(logger);

	private final AtomicBoolean hurried = new AtomicBoolean();

	/** Flushes at an interval; {@code null} unless this is started. */
	private volatile @Nullable ScheduledExecutorService executor;

	/** The thread of the latest executor. Guarded by this. */
	private @Nullable Thread latest;

	/** Whether the transport has hung until the end of the time to stop. */
	private volatile boolean overdue;

	private volatile boolean stopped;

	private long nextPoll = System.nanoTime();

	StatsdFlusher(StatsdConfig config, StatsdRegistry.Options options, Channel channel,
			StatsdRegistry.Transport transport, FlushableMeters meters) {
		this.meters = meters;
		this.intervalNanos = options.flushInterval().toNanos();
		this.pollingNanos = config.pollingFrequency().toNanos();
		this.queue = new PacketQueue(transport, channel);
		this.writer = new StatsdWriter(this.queue, config.maxPacketLength(), options.packed());
	}

	void sendWhile(BooleanSupplier on) {
		this.queue.addWhile(on);
	}

	@Override
	public synchronized void start() {
		if (!this.stopped && this.executor == null) {
			ScheduledExecutorService started = newExecutor();
			started.scheduleWithFixedDelay(this::flush, this.intervalNanos, this.intervalNanos, TimeUnit.NANOSECONDS);
			this.executor = started;
		}
	}

	/** Creates an executor that begins once the thread before it has ended. */
	private synchronized ScheduledExecutorService newExecutor() {
		Thread before = this.latest;
		ScheduledThreadPoolExecutor next = new ScheduledThreadPoolExecutor(1, (work) -> {
			Thread thread = Threads.daemon(() -> {
				if (before != null) {
					Threads.join(before, System.nanoTime() + FOREVER);
				}
				work.run();
			}, "cairn-statsd");
			this.latest = thread;
			return thread;
		});
		next.prestartCoreThread();
		return next;
	}

	/** Requests a flush before the interval is over. */
	void hurry() {
		ScheduledExecutorService started = this.executor;
		if (started != null && this.hurried.compareAndSet(false, true)) {
			try {
				started.execute(() -> {
					this.hurried.set(false);
					flush();
				});
			}
			catch (RejectedExecutionException ex) {
				// It ends, and flushes for the last time
				this.hurried.set(false);
			}
		}
	}

	/** Writes all meters. */
	private void flush() {
		try {
			boolean poll = System.nanoTime() - this.nextPoll >= 0;
			if (poll) {
				this.nextPoll = System.nanoTime() + this.pollingNanos;
			}
			this.meters.write(this.writer, poll);
			this.writer.flush();
		}
		catch (Throwable ex) {
			this.problems.warn("flush", () -> "failed to write meters to StatsD: " + ex);
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
		Future<Boolean> flushed;
		synchronized (this) {
			if (this.stopped) {
				return true;
			}
			ScheduledExecutorService started = this.executor;
			ScheduledExecutorService used = (started != null) ? started : newExecutor();
			flushed = used.submit(() -> flush(deadline));
			if (started == null) {
				used.shutdown();
			}
		}
		try {
			return flushed.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (ExecutionException | TimeoutException ex) {
			return false;
		}
	}

	@Override
	public void suspend(Duration timeout) {
		end(Threads.deadline(timeout), this::close);
	}

	/** Does something last, and interrupts what hangs until the deadline. */
	private void end(long deadline, Runnable work) {
		Thread ending;
		synchronized (this) {
			ScheduledExecutorService started = this.executor;
			ScheduledExecutorService used = (started != null) ? started : newExecutor();
			this.executor = null;
			used.execute(work);
			used.shutdown();
			ending = this.latest;
		}
		if (ending != null && !Threads.join(ending, deadline)) {
			this.overdue = this.stopped;
			ending.interrupt();
			Threads.join(ending, System.nanoTime() + GRACE_NANOS);
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
			if (this.overdue) {
				Thread.currentThread().interrupt();
			}
			long left = deadline - System.nanoTime();
			flush(System.nanoTime() + (this.queue.isFailing() ? Math.min(left, AWAY_NANOS) : left));
			this.queue.dropAll(Duration.ofNanos(System.nanoTime() - start));
			close();
		});
	}

}
