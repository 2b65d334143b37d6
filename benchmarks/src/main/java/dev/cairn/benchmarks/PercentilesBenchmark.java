package dev.cairn.benchmarks;

import java.util.concurrent.TimeUnit;

import dev.cairn.metrics.StatisticsRegistry;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.HdrHistogram.Recorder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of recording a time of which percentiles are kept in process. Cairn's timer
 * counts, sums and keeps the largest value besides; HdrHistogram's recorder does not.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PercentilesBenchmark {

	/** Times in nanoseconds, between one and nine milliseconds. */
	private static final int MASK = 8_388_607;

	private static final int LEAST = 1_000_000;

	private final StatisticsRegistry statistics = new StatisticsRegistry(Clock.SYSTEM, Double.POSITIVE_INFINITY,
			() -> TimeUnit.SECONDS);

	private final Timer cairn = this.statistics.timer("work");

	private final Recorder recorder = new Recorder(3_600_000_000_000L, 2);

	private final Timer micrometer = Timer.builder("work")
		.publishPercentiles(0.5, 0.95, 0.99)
		.register(new SimpleMeterRegistry());

	/**
	 * Make a value only.
	 * @param values the values
	 * @return the value
	 */
	@Benchmark
	public int valueOnly(Values values) {
		return values.next();
	}

	/**
	 * Record it.
	 * @param values the values
	 */
	@Benchmark
	public void cairn(Values values) {
		this.cairn.record(values.next(), TimeUnit.NANOSECONDS);
	}

	/**
	 * Record it.
	 * @param values the values
	 */
	@Benchmark
	public void hdrHistogramRecorder(Values values) {
		this.recorder.recordValue(values.next());
	}

	/**
	 * Record it.
	 * @param values the values
	 */
	@Benchmark
	public void micrometerPercentiles(Values values) {
		this.micrometer.record(values.next(), TimeUnit.NANOSECONDS);
	}

	/**
	 * End the registry.
	 */
	@TearDown
	public void stop() {
		this.statistics.close();
	}

	/**
	 * A thread's values.
	 */
	@State(Scope.Thread)
	public static class Values {

		private int seed = 42;

		int next() {
			this.seed = this.seed * 1_664_525 + 1_013_904_223;
			return LEAST + (this.seed >>> 8 & MASK);
		}

	}

}
