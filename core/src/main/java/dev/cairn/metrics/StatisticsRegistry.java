package dev.cairn.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

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
 * A registry that stays in process and knows of every timer and summary the percentiles,
 * and of every counter the rate, over the last 1, 5 and 15 minutes. In everything else it
 * does as Micrometer's simple registry, but is none, so that an application may have one.
 * The memory of a meter is bounded: it grows with the powers of two between its smallest
 * and its largest value, not with their number. Thread-safe.
 */
public final class StatisticsRegistry extends MeterRegistry {

	private static final Logger logger = LoggerFactory.getLogger(StatisticsRegistry.class);

	private static final Duration STRETCH = Duration.ofSeconds(10);

	/** For how long a maximum is shown, as in Micrometer's simple registry. */
	private static final Duration STEP = Duration.ofMinutes(1);

	/** After so many stretches the timers learn anew what is slow. */
	private static final int LESSON = 6;

	private final Map<Meter.Id, WindowedMeter<?>> tracked = new ConcurrentHashMap<>();

	private final SlowCalls slowCalls;

	private final Thread thread;

	private volatile boolean closing;

	private int turns;

	/**
	 * Create a registry and start its thread.
	 * @param clock the clock
	 * @param slowCalls tells of calls that are unusually slow
	 */
	public StatisticsRegistry(Clock clock, SlowCalls slowCalls) {
		super(clock);
		this.slowCalls = slowCalls;
		config().onMeterRemoved((meter) -> this.tracked.remove(meter.getId()));
		this.thread = new Thread(this::run, "cairn-metrics");
		this.thread.setDaemon(true);
		slowCalls.onArrival(() -> LockSupport.unpark(this.thread));
		this.thread.start();
	}

	private void run() {
		long next = System.nanoTime() + STRETCH.toNanos();
		while (!this.closing) {
			LockSupport.parkNanos(this, Math.max(1, next - System.nanoTime()));
			try {
				this.slowCalls.tell();
				if (System.nanoTime() - next >= 0) {
					next = System.nanoTime() + STRETCH.toNanos();
					turn();
				}
			}
			catch (Throwable ex) {
				// The thread has to live on
				logger.warn("Cairn: the statistics of meters failed: {}", ex.toString());
			}
		}
	}

	/** End a stretch of time for all meters. */
	void turn() {
		long now = this.clock.monotonicTime();
		this.tracked.values().forEach((meter) -> meter.turn(now));
		if (this.slowCalls.isOn() && ++this.turns % LESSON == 0) {
			for (WindowedMeter<?> meter : this.tracked.values()) {
				if (meter instanceof WindowedTimer timer) {
					timer.learn(now);
				}
			}
		}
	}

	@Override
	protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector pauseDetector) {
		WindowedTimer timer = new WindowedTimer(id, this.clock, merged(config), pauseDetector, getBaseTimeUnit(),
				STEP.toMillis(), this.slowCalls);
		HistogramGauges.registerWithCommonFormat(timer, this);
		this.tracked.put(id, timer);
		return timer;
	}

	@Override
	protected DistributionSummary newDistributionSummary(Meter.Id id, DistributionStatisticConfig config,
			double scale) {
		WindowedSummary summary = new WindowedSummary(id, this.clock, merged(config), scale);
		HistogramGauges.registerWithCommonFormat(summary, this);
		this.tracked.put(id, summary);
		return summary;
	}

	private static DistributionStatisticConfig merged(DistributionStatisticConfig config) {
		return config.merge(DistributionStatisticConfig.builder().expiry(STEP).build());
	}

	@Override
	protected Counter newCounter(Meter.Id id) {
		WindowedCounter counter = new WindowedCounter(id, this.clock);
		this.tracked.put(id, counter);
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
		return TimeUnit.SECONDS;
	}

	@Override
	protected DistributionStatisticConfig defaultHistogramConfig() {
		return merged(DistributionStatisticConfig.DEFAULT);
	}

	/**
	 * Return what is known of all timers, summaries and counters, by name and tags.
	 * @return a new list
	 */
	public List<MeterStatistics> statistics() {
		long now = this.clock.monotonicTime();
		List<MeterStatistics> all = new ArrayList<>();
		for (WindowedMeter<?> meter : this.tracked.values()) {
			all.add(new MeterStatistics(meter, now));
		}
		all.sort(Comparator.comparing((MeterStatistics one) -> one.id().getName())
			.thenComparing((one) -> one.id().getTags().toString()));
		return all;
	}

	@Override
	public void close() {
		super.close();
		this.closing = true;
		LockSupport.unpark(this.thread);
		try {
			TimeUnit.SECONDS.timedJoin(this.thread, 1);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.slowCalls.tell();
	}

}
