package dev.cairn.test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import dev.cairn.test.RecordedSignal.Measured;
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
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.cumulative.CumulativeCounter;
import io.micrometer.core.instrument.cumulative.CumulativeDistributionSummary;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionCounter;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionTimer;
import io.micrometer.core.instrument.cumulative.CumulativeTimer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.internal.DefaultGauge;
import io.micrometer.core.instrument.internal.DefaultLongTaskTimer;
import io.micrometer.core.instrument.internal.DefaultMeter;
import org.jspecify.annotations.Nullable;

/**
 * Passes each value that a meter records on to the recorder, on the thread that records
 * it. A type of its own, so that a test that injects one of Micrometer's registries
 * receives that of the application.
 */
final class RecordingMeterRegistry extends MeterRegistry implements Gauges {

	private final CairnRecorder recorder;

	private RecordingMeterRegistry(CairnRecorder recorder) {
		super(Clock.SYSTEM);
		this.recorder = recorder;
	}

	/** Returns a registry from which the recorder reads gauges, too. */
	static RecordingMeterRegistry of(CairnRecorder recorder) {
		RecordingMeterRegistry registry = new RecordingMeterRegistry(recorder);
		recorder.gauges(registry);
		return registry;
	}

	@Override
	protected Counter newCounter(Meter.Id id) {
		return new CumulativeCounter(id) {

			@Override
			public void increment(double amount) {
				super.increment(amount);
				measured(Measured.Meter.COUNTER, id, amount);
			}

		};
	}

	@Override
	protected Timer newTimer(Meter.Id id, DistributionStatisticConfig distribution, PauseDetector pauseDetector) {
		return new CumulativeTimer(id, this.clock, distribution, pauseDetector, getBaseTimeUnit(), false) {

			@Override
			protected void recordNonNegative(long amount, TimeUnit unit) {
				super.recordNonNegative(amount, unit);
				measured(Measured.Meter.TIMER, id, unit.toNanos(amount) / 1e9);
			}

		};
	}

	@Override
	protected DistributionSummary newDistributionSummary(Meter.Id id, DistributionStatisticConfig distribution,
			double scale) {
		return new CumulativeDistributionSummary(id, this.clock, distribution, scale, false) {

			@Override
			protected void recordNonNegative(double amount) {
				super.recordNonNegative(amount);
				measured(Measured.Meter.SUMMARY, id, amount);
			}

		};
	}

	@Override
	protected <T> Gauge newGauge(Meter.Id id, @Nullable T source, ToDoubleFunction<T> value) {
		return new DefaultGauge<>(id, source, value);
	}

	@Override
	protected LongTaskTimer newLongTaskTimer(Meter.Id id, DistributionStatisticConfig distribution) {
		return new DefaultLongTaskTimer(id, this.clock, getBaseTimeUnit(), distribution, false);
	}

	@Override
	protected Meter newMeter(Meter.Id id, Meter.Type type, Iterable<Measurement> measurements) {
		return new DefaultMeter(id, type, measurements);
	}

	@Override
	protected <T> FunctionTimer newFunctionTimer(Meter.Id id, T source, ToLongFunction<T> count,
			ToDoubleFunction<T> total, TimeUnit unit) {
		return new CumulativeFunctionTimer<>(id, source, count, total, unit, getBaseTimeUnit());
	}

	@Override
	protected <T> FunctionCounter newFunctionCounter(Meter.Id id, T source, ToDoubleFunction<T> count) {
		return new CumulativeFunctionCounter<>(id, source, count);
	}

	@Override
	protected TimeUnit getBaseTimeUnit() {
		return TimeUnit.SECONDS;
	}

	@Override
	protected DistributionStatisticConfig defaultHistogramConfig() {
		return DistributionStatisticConfig.DEFAULT;
	}

	private void measured(Measured.Meter meter, Meter.Id id, double amount) {
		Map<String, String> tags = new LinkedHashMap<>();
		id.getTags().forEach((tag) -> tags.put(tag.getKey(), tag.getValue()));
		this.recorder.measured(meter, id.getName(), tags, amount);
	}

	@Override
	public List<Double> read(String name, Map<String, String> tags) {
		List<Tag> required = tags.entrySet().stream().map((tag) -> Tag.of(tag.getKey(), tag.getValue())).toList();
		return find(name).tags(required).gauges().stream().map(Gauge::value).toList();
	}

}
