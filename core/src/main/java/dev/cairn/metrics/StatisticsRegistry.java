package dev.cairn.metrics;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import dev.cairn.Lifecycle;
import dev.cairn.internal.Threads;
import dev.cairn.internal.WarnOnce;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionCounter;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionTimer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.HistogramGauges;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.internal.DefaultGauge;
import io.micrometer.core.instrument.internal.DefaultLongTaskTimer;
import io.micrometer.core.instrument.internal.DefaultMeter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registry in process with the percentiles of every timer and summary, and the rate of
 * every counter, over windows of up to 15 minutes. In all other respects it behaves as
 * Micrometer's simple registry, but is not one, so that an application may have one, too.
 * A thread of its own ends the intervals once the registry is started. The memory of a
 * meter is bounded: it grows with the powers of two between its smallest and its largest
 * value, not with their number. Thread-safe.
 */
public final class StatisticsRegistry extends MeterRegistry implements Lifecycle {

	private static final Logger logger = LoggerFactory.getLogger(StatisticsRegistry.class);

	private static final Duration INTERVAL = Duration.ofSeconds(10);

	/** The expiry of a maximum, as in Micrometer's simple registry. */
	private static final Duration STEP = Duration.ofMinutes(1);

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

	private final Map<Meter.Id, SlidingWindow.Windowed> windowed = new ConcurrentHashMap<>();

	private final SlowCalls slowCalls;

	private final WarnOnce problems = new WarnOnce(logger);

	private volatile @Nullable Thread thread;

	private final Supplier<TimeUnit> baseTimeUnit;

	/**
	 * Creates a registry.
	 * @param clock the clock
	 * @param slowCallFactor the multiple of the 99th percentile of a timer above which a
	 * call is logged as slow; infinite to log none
	 * @param baseTimeUnit returns the unit of times, when a meter is registered
	 * @throws IllegalArgumentException if the factor is below 1
	 */
	public StatisticsRegistry(Clock clock, double slowCallFactor, Supplier<TimeUnit> baseTimeUnit) {
		this(clock, new SlowCalls(slowCallFactor), baseTimeUnit);
	}

	StatisticsRegistry(Clock clock, SlowCalls slowCalls, Supplier<TimeUnit> baseTimeUnit) {
		super(clock);
		this.baseTimeUnit = baseTimeUnit;
		this.slowCalls = slowCalls;
		config().onMeterRemoved((meter) -> this.windowed.remove(meter.getId()));
		slowCalls.onSlowCall(() -> LockSupport.unpark(this.thread));
	}

	@Override
	public synchronized void start() {
		if (this.thread == null && !isClosed()) {
			Thread started = Threads.daemon(this::run, "cairn-metrics");
			this.thread = started;
			started.start();
		}
	}

	private void run() {
		long next = System.nanoTime() + INTERVAL.toNanos();
		while (this.thread == Thread.currentThread()) {
			LockSupport.parkNanos(this, Math.max(1, next - System.nanoTime()));
			try {
				this.slowCalls.log();
				if (System.nanoTime() - next >= 0) {
					next = System.nanoTime() + INTERVAL.toNanos();
					rotate();
				}
			}
			catch (Throwable ex) {
				this.problems.warn("rotate", () -> "failed to update the statistics of meters: " + ex);
			}
		}
	}

	@Override
	public void suspend(Duration timeout) {
		Thread ended = this.thread;
		this.thread = null;
		if (ended != null) {
			LockSupport.unpark(ended);
			Threads.join(ended, Threads.deadline(timeout));
		}
	}

	@Override
	public void stop(Duration timeout) {
		super.close();
		suspend(timeout);
		this.slowCalls.log();
	}

	/** Stops the registry within a second. */
	@Override
	public void close() {
		stop(CLOSE_TIMEOUT);
	}

	/** Ends an interval of all meters. */
	void rotate() {
		long now = this.clock.monotonicTime();
		this.windowed.values().forEach((meter) -> meter.rotate(now));
	}

	@Override
	protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector pauseDetector) {
		WindowedDistribution.WindowedTimer timer = new WindowedDistribution.WindowedTimer(id, this.clock, config,
				pauseDetector, getBaseTimeUnit(), this.slowCalls);
		HistogramGauges.registerWithCommonFormat(timer, this);
		this.windowed.put(id, timer);
		return timer;
	}

	@Override
	protected DistributionSummary newDistributionSummary(Meter.Id id, DistributionStatisticConfig config,
			double scale) {
		WindowedDistribution.WindowedSummary summary = new WindowedDistribution.WindowedSummary(id, this.clock, config,
				scale);
		HistogramGauges.registerWithCommonFormat(summary, this);
		this.windowed.put(id, summary.values());
		return summary;
	}

	@Override
	protected Counter newCounter(Meter.Id id) {
		SlidingWindow.WindowedCounter counter = new SlidingWindow.WindowedCounter(id, this.clock);
		this.windowed.put(id, counter);
		return counter;
	}

	@Override
	protected <T> Gauge newGauge(Meter.Id id, @Nullable T source, ToDoubleFunction<T> value) {
		return new DefaultGauge<>(id, source, value);
	}

	@Override
	protected LongTaskTimer newLongTaskTimer(Meter.Id id, DistributionStatisticConfig config) {
		LongTaskTimer timer = new DefaultLongTaskTimer(id, this.clock, getBaseTimeUnit(), config, false);
		HistogramGauges.registerWithCommonFormat(timer, this);
		return timer;
	}

	@Override
	protected <T> FunctionCounter newFunctionCounter(Meter.Id id, T source, ToDoubleFunction<T> count) {
		return new CumulativeFunctionCounter<>(id, source, count);
	}

	@Override
	protected <T> FunctionTimer newFunctionTimer(Meter.Id id, T source, ToLongFunction<T> count,
			ToDoubleFunction<T> totalTime, TimeUnit unit) {
		return new CumulativeFunctionTimer<>(id, source, count, totalTime, unit, getBaseTimeUnit());
	}

	@Override
	protected Meter newMeter(Meter.Id id, Meter.Type type, Iterable<Measurement> measurements) {
		return new DefaultMeter(id, type, measurements);
	}

	@Override
	protected TimeUnit getBaseTimeUnit() {
		// Called under Micrometer's lock
		return this.baseTimeUnit.get();
	}

	@Override
	protected DistributionStatisticConfig defaultHistogramConfig() {
		return DistributionStatisticConfig.builder().expiry(STEP).build().merge(DistributionStatisticConfig.DEFAULT);
	}

	/**
	 * Returns the ids of all timers, summaries and counters.
	 * @return a new list, sorted by name and tags
	 */
	public List<Meter.Id> windowedMeters() {
		return this.windowed.keySet()
			.stream()
			.sorted(Comparator.comparing(Meter.Id::getName).thenComparing((id) -> id.getTags().toString()))
			.toList();
	}

	/**
	 * Returns the values that a meter has recorded in a window.
	 * @param id the id of a timer, a summary or a counter
	 * @param window how long to look back, at most 15 minutes
	 * @return the window, or {@code null} if there is no such meter
	 */
	public @Nullable Window window(Meter.Id id, Duration window) {
		SlidingWindow.Windowed meter = this.windowed.get(id);
		return (meter != null) ? meter.over(window, this.clock.monotonicTime()) : null;
	}

	/**
	 * The values that a meter has recorded in a window.
	 *
	 * @param count the amount of a counter, or the number of values of a timer or summary
	 * @param rate the count per second, for the time since the meter exists
	 * @param distribution the values of a timer, in nanoseconds, or of a summary;
	 * {@code null} for a counter
	 * @param total the count since the meter exists
	 */
	public record Window(double count, double rate, @Nullable Distribution distribution, double total) {

		private static final double NANOS_PER_SECOND = 1e9;

		static Window of(double count, Duration time, @Nullable Distribution distribution, double total) {
			double seconds = time.toNanos() / NANOS_PER_SECOND;
			return new Window(count, (seconds > 0) ? count / seconds : 0, distribution, total);
		}

	}

}
