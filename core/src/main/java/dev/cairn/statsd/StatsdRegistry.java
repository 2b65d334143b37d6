package dev.cairn.statsd;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;

import dev.cairn.delivery.Channel;
import dev.cairn.metrics.MeterSampling;
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
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import io.micrometer.statsd.StatsdConfig;
import org.jspecify.annotations.Nullable;

/**
 * A registry that aggregates its meters in process. A thread of its own writes the values
 * since the last flush as lines of StatsD, in the flavors and with the names of
 * Micrometer's own registry, and sends them. Recording takes no lock, allocates nothing
 * and never waits for the server. The Ledger counts samples: the increase of a counter, a
 * value of a timer or a summary, or a reading of a gauge. Thread-safe.
 */
public final class StatsdRegistry extends MeterRegistry {

	private final StatsdConfig config;

	private final Options options;

	private final MeterSampling sampling;

	private final StatsdLineFactory lines;

	private final StatsdFlusher flusher;

	private volatile boolean openUntilShutdown;

	/**
	 * Creates a registry and starts its thread.
	 * @param config the flavor, the packet length and the polling frequency of gauges
	 * @param clock the clock
	 * @param mapper maps names for the flavor that has no tags
	 * @param options the options for flushing and holding
	 * @param sampling the rates of the meters
	 * @param channel the channel that counts samples
	 * @param transport the transport to use
	 */
	public StatsdRegistry(StatsdConfig config, Clock clock, HierarchicalNameMapper mapper, Options options,
			MeterSampling sampling, Channel channel, Transport transport) {
		super(clock);
		this.config = config;
		this.options = options;
		this.sampling = sampling;
		this.lines = new StatsdLineFactory(config, config(), mapper);
		this.flusher = new StatsdFlusher(config, options, channel, transport);
		config().namingConvention(this.lines.namingConvention());
		config().onMeterRemoved((meter) -> this.flusher.remove(meter.getId()));
		this.flusher.start();
	}

	@Override
	protected Counter newCounter(Meter.Id id) {
		ExactCounter counter = new ExactCounter(id, this.sampling.rateOf(id), this.lines.counter(id));
		this.flusher.add(id, counter);
		return counter;
	}

	@Override
	protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector pauseDetector) {
		DistributionStatisticConfig inProcess = this.lines.inProcess(withInfinity(config));
		StatsdTimer timer = new StatsdTimer(id, this.clock, inProcess, pauseDetector, getBaseTimeUnit(),
				samples(id, SampleFormat.TIME, this.lines.timer(id, config), inProcess));
		HistogramGauges.registerWithCommonFormat(timer, this);
		this.flusher.add(id, timer);
		return timer;
	}

	@Override
	protected DistributionSummary newDistributionSummary(Meter.Id id, DistributionStatisticConfig config,
			double scale) {
		DistributionStatisticConfig inProcess = this.lines.inProcess(withInfinity(config));
		StatsdSummary summary = new StatsdSummary(id, this.clock, inProcess, scale,
				samples(id, SampleFormat.AMOUNT, this.lines.summary(id, config), inProcess));
		HistogramGauges.registerWithCommonFormat(summary, this);
		this.flusher.add(id, summary);
		return summary;
	}

	private MeterSamples samples(Meter.Id id, SampleFormat format, LineTemplate line,
			DistributionStatisticConfig config) {
		return new MeterSamples(format, line, this.sampling.rateOf(id), this.clock, config, this.options.samples(),
				this.flusher::hurry);
	}

	/** Values beyond the last objective are counted, too. */
	private static DistributionStatisticConfig withInfinity(DistributionStatisticConfig config) {
		double[] objectives = config.getServiceLevelObjectiveBoundaries();
		if (objectives == null) {
			return config;
		}
		double[] all = DoubleStream.concat(Arrays.stream(objectives), DoubleStream.of(Double.POSITIVE_INFINITY))
			.toArray();
		return DistributionStatisticConfig.builder().serviceLevelObjectives(all).build().merge(config);
	}

	@Override
	protected <T> Gauge newGauge(Meter.Id id, @Nullable T source, ToDoubleFunction<T> value) {
		Gauge gauge = new DefaultGauge<>(id, source, value);
		this.flusher.add(id, PolledMeter.gauge(this.lines.gauge(id, null), gauge::value, this.lines));
		return gauge;
	}

	@Override
	protected LongTaskTimer newLongTaskTimer(Meter.Id id, DistributionStatisticConfig config) {
		LongTaskTimer timer = new DefaultLongTaskTimer(id, this.clock, getBaseTimeUnit(), config, false);
		HistogramGauges.registerWithCommonFormat(timer, this);
		this.flusher.add(id, PolledMeter.of(timer, this.lines));
		return timer;
	}

	@Override
	protected <T> FunctionCounter newFunctionCounter(Meter.Id id, T source, ToDoubleFunction<T> count) {
		FunctionCounter counter = new CumulativeFunctionCounter<>(id, source, count);
		this.flusher.add(id, PolledMeter.count(this.lines.counter(id), counter::count));
		return counter;
	}

	@Override
	protected <T> FunctionTimer newFunctionTimer(Meter.Id id, T source, ToLongFunction<T> count,
			ToDoubleFunction<T> totalTime, TimeUnit unit) {
		FunctionTimer timer = new CumulativeFunctionTimer<>(id, source, count, totalTime, unit, getBaseTimeUnit());
		this.flusher.add(id, PolledMeter.times(this.lines.timer(id, DistributionStatisticConfig.NONE), timer));
		return timer;
	}

	@Override
	protected Meter newMeter(Meter.Id id, Meter.Type type, Iterable<Measurement> measurements) {
		this.flusher.add(id, PolledMeter.of(id, measurements, this.lines));
		return new DefaultMeter(id, type, measurements);
	}

	@Override
	protected TimeUnit getBaseTimeUnit() {
		return TimeUnit.MILLISECONDS;
	}

	@Override
	protected DistributionStatisticConfig defaultHistogramConfig() {
		return DistributionStatisticConfig.builder()
			.expiry(this.config.step())
			.build()
			.merge(DistributionStatisticConfig.DEFAULT);
	}

	/**
	 * Sends the values that were recorded so far.
	 * @param timeout the maximum time to wait
	 * @return whether everything was sent
	 */
	public boolean flush(Duration timeout) {
		return this.flusher.flush(timeout);
	}

	/**
	 * Has {@link #close()} only send the values so far, and {@link #shutdown()} end the
	 * registry. Spring Boot closes registries as soon as a context begins to close, while
	 * the last requests are still served.
	 * @return this registry
	 */
	public StatsdRegistry openUntilShutdown() {
		this.openUntilShutdown = true;
		return this;
	}

	/**
	 * Reads all gauges once more, sends everything, and ends. Samples that cannot be sent
	 * in time are counted as dropped.
	 */
	@Override
	public void close() {
		if (this.openUntilShutdown && !isClosed()) {
			this.flusher.flush(Duration.ZERO);
		}
		else {
			shutdown();
		}
	}

	/**
	 * Reads all gauges once more, sends everything, and ends, regardless of
	 * {@link #openUntilShutdown()}.
	 */
	public void shutdown() {
		if (!isClosed()) {
			this.flusher.stop();
			super.close();
		}
	}

	/**
	 * Options of a registry.
	 *
	 * @param flushInterval the interval at which the meters are written
	 * @param samples the approximate number of samples that a timer or summary holds
	 * between two flushes
	 * @param packed whether several samples share a line, which only servers of Datadog's
	 * flavor understand
	 * @param capacity the number of bytes held while the server is away
	 * @param expiry the time for which a packet is held while the server is away
	 * @param closeTimeout the time that closing may take
	 */
	public record Options(Duration flushInterval, int samples, boolean packed, int capacity, Duration expiry,
			Duration closeTimeout) {

		/** The default options. */
		public static final Options DEFAULT = new Options(Duration.ofSeconds(1), 131_072, false, 4 * 1024 * 1024,
				Duration.ofMinutes(1), Duration.ofSeconds(1));

		/**
		 * Checks the values.
		 */
		public Options {
			requirePositive("flushInterval", flushInterval);
			requirePositive("expiry", expiry);
			requirePositive("samples", samples);
			requirePositive("capacity", capacity);
			if (closeTimeout.isNegative()) {
				throw new IllegalArgumentException("closeTimeout must not be negative, but was " + closeTimeout);
			}
		}

		/**
		 * Returns options with some values replaced.
		 * @param flushInterval the interval at which the meters are written
		 * @param packed whether several samples share a line
		 * @param closeTimeout the time that closing may take
		 * @return the new options
		 */
		public Options with(Duration flushInterval, boolean packed, Duration closeTimeout) {
			return new Options(flushInterval, this.samples, packed, this.capacity, this.expiry, closeTimeout);
		}

		private static void requirePositive(String name, Duration value) {
			if (value.isNegative() || value.isZero()) {
				throw new IllegalArgumentException(name + " must be positive, but was " + value);
			}
		}

		private static void requirePositive(String name, int value) {
			if (value < 1) {
				throw new IllegalArgumentException(name + " must be positive, but was " + value);
			}
		}

	}

}
