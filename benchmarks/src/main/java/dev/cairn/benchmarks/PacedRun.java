package dev.cairn.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import com.sun.management.ThreadMXBean;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Calls a publisher at a fixed rate, in small bursts as requests come, and records what
 * each call took. Wakes every millisecond and makes the calls that are due, so that it
 * leaves the processor to others meanwhile.
 */
final class PacedRun {

	static final String HEAD = "contender              calls/s  mean ns      p50      p99    p99.9       max   B/call";

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	private static final long TICK = TimeUnit.MILLISECONDS.toNanos(1);

	private final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

	private final int rate;

	private final Histogram histogram = new Histogram(3);

	private long elapsed;

	private long allocated;

	/** Written so that the compiler cannot leave out unused values. */
	private @Nullable Object last;

	PacedRun(int rate) {
		this.rate = rate;
		this.histogram.setAutoResize(true);
	}

	int rate() {
		return this.rate;
	}

	long calls() {
		return this.histogram.getTotalCount();
	}

	/**
	 * Add some seconds to what was recorded before.
	 */
	void go(Publisher publisher, int seconds) {
		System.gc();
		long allocatedBefore = this.threads.getCurrentThreadAllocatedBytes();
		long start = System.nanoTime();
		int calls = Math.multiplyExact(this.rate, seconds);
		int done = 0;
		while (done < calls) {
			long due = Math.min(calls, (System.nanoTime() - start) * this.rate / SECOND);
			while (done < due) {
				call(publisher, OrderPlaced.sample(done++));
			}
			LockSupport.parkNanos(TICK);
		}
		this.elapsed += System.nanoTime() - start;
		this.allocated += this.threads.getCurrentThreadAllocatedBytes() - allocatedBefore;
	}

	private void call(Publisher publisher, OrderPlaced order) {
		long before = System.nanoTime();
		this.last = publisher.publish(order);
		this.histogram.recordValue(System.nanoTime() - before);
	}

	/**
	 * Return the row of a table below {@link #HEAD}.
	 */
	String row(String name) {
		return "%-20s %9.0f %8.0f %8d %8d %8d %9d %8d".formatted(name, calls() / ((double) this.elapsed / SECOND),
				this.histogram.getMean(), this.histogram.getValueAtPercentile(50),
				this.histogram.getValueAtPercentile(99), this.histogram.getValueAtPercentile(99.9),
				this.histogram.getMaxValue(), this.allocated / calls());
	}

}
