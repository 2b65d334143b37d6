package dev.cairn.benchmarks;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

import com.sun.management.ThreadMXBean;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Requests that fail, at a fixed rate, from some threads in small bursts, and what each
 * of them took. On a busy machine a request may be slow since its thread had no
 * processor; those that used it all the time are counted apart, and so are waits for
 * locks.
 */
final class StormRun {

	static final String HEAD = "%-22s %8s %8s %8s %8s %8s %9s %7s %9s %8s %6s %7s".formatted("ns in a request",
			"calls/s", "mean", "p50", "p99", "p99.9", "p99.99", "max us", "over 1 ms", "own CPU", "locks", "GC ms");

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	private static final long TICK = TimeUnit.MILLISECONDS.toNanos(1);

	private static final long SLOW = TimeUnit.MILLISECONDS.toNanos(1);

	private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

	private final Histogram histogram = new Histogram(3);

	private final int calls;

	private final int rate;

	private final int threads;

	private long elapsed;

	private long slow;

	private long slowOnProcessor;

	private long locks;

	private long collecting;

	/** Written so that the compiler cannot leave out unused values. */
	private volatile @Nullable Object last;

	StormRun(int rate, int seconds, int threads) {
		this.rate = rate / threads;
		this.threads = threads;
		this.calls = Math.multiplyExact(this.rate, seconds);
	}

	long calls() {
		return this.histogram.getTotalCount();
	}

	/**
	 * Go through the storm.
	 * @param request fails; it is given a number that no other one has
	 * @return this
	 */
	StormRun go(IntFunction<@Nullable Object> request) {
		System.gc();
		long collectedBefore = collected();
		long start = System.nanoTime();
		List<Thread> running = new ArrayList<>();
		for (int thread = 0; thread < this.threads; thread++) {
			int first = thread;
			running.add(new Thread(() -> one(request, first, start), "request-" + thread));
		}
		running.forEach(Thread::start);
		running.forEach(StormRun::join);
		this.elapsed = System.nanoTime() - start;
		this.collecting = collected() - collectedBefore;
		return this;
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void one(IntFunction<@Nullable Object> request, int first, long start) {
		Histogram own = new Histogram(3);
		own.setAutoResize(true);
		long[] slowOnes = new long[2];
		int done = 0;
		while (done < this.calls) {
			long due = Math.min(this.calls, (System.nanoTime() - start) * this.rate / SECOND);
			while (done < due) {
				long took = call(request, first + this.threads * done++, slowOnes);
				own.recordValue(took);
			}
			LockSupport.parkNanos(TICK);
		}
		ThreadInfo info = Objects.requireNonNull(THREADS.getThreadInfo(Thread.currentThread().getId()));
		add(own, slowOnes, info.getBlockedCount());
	}

	private long call(IntFunction<@Nullable Object> request, int number, long[] slowOnes) {
		long processorBefore = THREADS.getCurrentThreadCpuTime();
		long before = System.nanoTime();
		this.last = request.apply(number);
		long took = System.nanoTime() - before;
		if (took > SLOW) {
			slowOnes[0]++;
			slowOnes[1] += (THREADS.getCurrentThreadCpuTime() - processorBefore > SLOW) ? 1 : 0;
		}
		return took;
	}

	private synchronized void add(Histogram own, long[] slowOnes, long blocked) {
		this.histogram.setAutoResize(true);
		this.histogram.add(own);
		this.slow += slowOnes[0];
		this.slowOnProcessor += slowOnes[1];
		this.locks += blocked;
	}

	private static long collected() {
		return ManagementFactory.getGarbageCollectorMXBeans()
			.stream()
			.mapToLong(GarbageCollectorMXBean::getCollectionTime)
			.sum();
	}

	/**
	 * Return the row of a table below {@link #HEAD}.
	 */
	String row(String name) {
		return "%-22s %8.0f %8.0f %8d %8d %8d %9d %7d %9d %8d %6d %7d".formatted(name,
				calls() / ((double) this.elapsed / SECOND), this.histogram.getMean(), percentile(50), percentile(99),
				percentile(99.9), percentile(99.99), TimeUnit.NANOSECONDS.toMicros(this.histogram.getMaxValue()),
				this.slow, this.slowOnProcessor, this.locks, this.collecting);
	}

	/**
	 * Return the row of what this one has more than another.
	 */
	String rowAbove(StormRun baseline, String name) {
		return "%-22s %8s %8.0f %8d %8d %8d %9d %7d %9d %8d %6d %7d".formatted(name, "",
				this.histogram.getMean() - baseline.histogram.getMean(), above(baseline, 50), above(baseline, 99),
				above(baseline, 99.9), above(baseline, 99.99),
				TimeUnit.NANOSECONDS.toMicros(this.histogram.getMaxValue() - baseline.histogram.getMaxValue()),
				this.slow - baseline.slow, this.slowOnProcessor - baseline.slowOnProcessor, this.locks - baseline.locks,
				this.collecting - baseline.collecting);
	}

	private long percentile(double percentile) {
		return this.histogram.getValueAtPercentile(percentile);
	}

	private long above(StormRun baseline, double percentile) {
		return percentile(percentile) - baseline.percentile(percentile);
	}

}
