package dev.cairn.statsd;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjDoubleConsumer;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;

import dev.cairn.metrics.MeterSampling;
import dev.cairn.statsd.StatsdLineFactory.Template;
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
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.cumulative.CumulativeCounter;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionCounter;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionTimer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.HistogramGauges;
import io.micrometer.core.instrument.distribution.TimeWindowMax;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.internal.DefaultGauge;
import io.micrometer.core.instrument.internal.DefaultLongTaskTimer;
import io.micrometer.core.instrument.internal.DefaultMeter;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import io.micrometer.statsd.StatsdConfig;
import org.jspecify.annotations.Nullable;

/**
 * Creates meters that keep their values until they are flushed.
 */
abstract class AggregatingRegistry extends MeterRegistry {

	private final Duration step;

	private final int maxSamples;

	private final MeterSampling sampling;

	private final StatsdLineFactory lines;

	private final PolledMeters polled;

	private final SlotPool pool = new SlotPool();

	private final FlushableMeters meters = new FlushableMeters();

	AggregatingRegistry(StatsdConfig config, Clock clock, HierarchicalNameMapper mapper, StatsdRegistry.Options options,
			MeterSampling sampling) {
		super(clock);
		this.step = config.step();
		this.maxSamples = options.samples();
		this.sampling = sampling;
		this.lines = new StatsdLineFactory(config.flavor(), config(), mapper);
		this.polled = new PolledMeters(this.lines, config, options);
		config().namingConvention(this.lines.namingConvention());
		config().onMeterRemoved(this.meters::remove);
	}

	FlushableMeters meters() {
		return this.meters;
	}

	/** Called when a meter has taken so many samples that a flush should come soon. */
	abstract void hurry();

	@Override
	protected Counter newCounter(Meter.Id id) {
		Counter counter = new CumulativeCounter(id) {

			@Override
			public void increment(double amount) {
				if (amount > 0 && amount < Double.POSITIVE_INFINITY) {
					super.increment(amount);
				}
			}

		};
		MeterSampling.Rate rate = this.sampling.rateOf(id);
		this.meters.add(id, this.polled.count(id, counter::count, rate::isOn));
		return counter;
	}

	@Override
	protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector pauseDetector) {
		DistributionStatisticConfig inProcess = this.lines.inProcess(withInfinity(config));
		MeterSamples samples = samples(id, this.lines.timer(id, config), StatsdWriter::millis, inProcess);
		Timer timer = new MeterSamples.SampledTimer(id, this.clock, inProcess, pauseDetector, getBaseTimeUnit(),
				samples);
		HistogramGauges.registerWithCommonFormat(timer, this);
		return timer;
	}

	@Override
	protected DistributionSummary newDistributionSummary(Meter.Id id, DistributionStatisticConfig config,
			double scale) {
		DistributionStatisticConfig inProcess = this.lines.inProcess(withInfinity(config));
		MeterSamples samples = samples(id, this.lines.summary(id, config), StatsdWriter::decimal, inProcess);
		DistributionSummary summary = new MeterSamples.SampledSummary(id, this.clock, inProcess, scale, samples);
		HistogramGauges.registerWithCommonFormat(summary, this);
		return summary;
	}

	private MeterSamples samples(Meter.Id id, Template line, ObjDoubleConsumer<StatsdWriter> format,
			DistributionStatisticConfig config) {
		MeterSamples samples = new MeterSamples(line, format, this.sampling.rateOf(id),
				new TimeWindowMax(this.clock, config), this.maxSamples, this.pool, this::hurry);
		this.meters.add(id, samples);
		return samples;
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
		this.meters.poll(id, this.polled.gauge(id, Statistic.VALUE, gauge::value));
		return gauge;
	}

	@Override
	protected LongTaskTimer newLongTaskTimer(Meter.Id id, DistributionStatisticConfig config) {
		LongTaskTimer timer = new DefaultLongTaskTimer(id, this.clock, getBaseTimeUnit(), config, false);
		HistogramGauges.registerWithCommonFormat(timer, this);
		this.meters.poll(id, this.polled.activeTasks(timer));
		return timer;
	}

	@Override
	protected <T> FunctionCounter newFunctionCounter(Meter.Id id, T source, ToDoubleFunction<T> count) {
		FunctionCounter counter = new CumulativeFunctionCounter<>(id, source, count);
		this.meters.poll(id, this.polled.polledCount(id, Statistic.COUNT, counter::count));
		return counter;
	}

	@Override
	protected <T> FunctionTimer newFunctionTimer(Meter.Id id, T source, ToLongFunction<T> count,
			ToDoubleFunction<T> totalTime, TimeUnit unit) {
		FunctionTimer timer = new CumulativeFunctionTimer<>(id, source, count, totalTime, unit, getBaseTimeUnit());
		this.meters.poll(id, this.polled.times(this.lines.timer(id, DistributionStatisticConfig.NONE), timer));
		return timer;
	}

	@Override
	protected Meter newMeter(Meter.Id id, Meter.Type type, Iterable<Measurement> measurements) {
		this.meters.poll(id, this.polled.measurements(id, measurements));
		return new DefaultMeter(id, type, measurements);
	}

	@Override
	protected TimeUnit getBaseTimeUnit() {
		return TimeUnit.MILLISECONDS;
	}

	@Override
	protected DistributionStatisticConfig defaultHistogramConfig() {
		return DistributionStatisticConfig.builder()
			.expiry(this.step)
			.build()
			.merge(DistributionStatisticConfig.DEFAULT);
	}

}
