package dev.cairn.testing;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The processor time that a call takes on its thread.
 */
public final class ProcessorTime {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private ProcessorTime() {
	}

	/**
	 * Asserts that the fastest of several calls stays below a bound. On a busy machine,
	 * many calls may run before their code is compiled.
	 */
	public static void assertBelow(Duration bound, Runnable call) {
		Duration fastest = of(call);
		long start = System.nanoTime();
		while (fastest.compareTo(bound) >= 0 && System.nanoTime() - start < PATIENCE.toNanos()) {
			Duration next = of(call);
			fastest = (next.compareTo(fastest) < 0) ? next : fastest;
		}
		assertThat(fastest).isLessThan(bound);
	}

	private static Duration of(Runnable call) {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		long start = threads.getCurrentThreadCpuTime();
		call.run();
		return Duration.ofNanos(threads.getCurrentThreadCpuTime() - start);
	}

}
