package dev.cairn.metrics;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.cairn.ApplicationFrames;
import dev.cairn.CairnMetrics;
import dev.cairn.CairnMetrics.Timing;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;

/**
 * Implements the metric calls with Micrometer's meters. Each name with its tags is looked
 * up in a map; Micrometer is asked at the first call only. Thread-safe.
 */
public final class MicrometerMetrics implements CairnMetrics {

	private final NamedMeters<MeterHandles.Handle<Counter>> counters;

	private final NamedMeters<MeterHandles.Handle<DistributionSummary>> summaries;

	private final NamedMeters<MeterHandles.Handle<Timer>> timers;

	private final NamedMeters<GaugeHandle> gauges;

	/**
	 * Creates an instance.
	 * @param handles supplies the handles of the meters; called at the first metric call
	 * @param bounds maps a meter whose tags have too many values to another one
	 * @param frames identifies the classes of the application
	 */
	public MicrometerMetrics(Supplier<MeterHandles> handles, UnaryOperator<Meter.Id> bounds, ApplicationFrames frames) {
		MeterNames names = new MeterNames(frames);
		this.counters = new NamedMeters<>(Meter.Type.COUNTER, names, bounds,
				(name, tags) -> handles.get().counter(name, tags, UnaryOperator.identity()));
		this.summaries = new NamedMeters<>(Meter.Type.DISTRIBUTION_SUMMARY, names, bounds,
				(name, tags) -> handles.get().summary(name, tags));
		this.timers = new NamedMeters<>(Meter.Type.TIMER, names, bounds,
				(name, tags) -> handles.get().timer(name, tags, UnaryOperator.identity()));
		this.gauges = new NamedMeters<>(Meter.Type.GAUGE, names, bounds,
				(name, tags) -> handles.get().gauge(name, tags));
	}

	@Override
	public void incr(String name, double by, String... tags) {
		this.counters.call(name, tags, (handle) -> {
			Counter counter = handle.meter();
			if (counter != null && by > 0 && by < Double.POSITIVE_INFINITY) {
				counter.increment(by);
			}
		});
	}

	@Override
	public void set(String name, double value, String... tags) {
		this.gauges.call(name, tags, (gauge) -> gauge.set(value));
	}

	@Override
	public void record(String name, double value, String... tags) {
		this.summaries.call(name, tags, (handle) -> {
			DistributionSummary summary = handle.meter();
			if (summary != null && value >= 0 && value < Double.POSITIVE_INFINITY) {
				summary.record(value);
			}
		});
	}

	@Override
	public Timing timer(String name, String... tags) {
		MeterHandles.Handle<Timer> handle = this.timers.find(name, tags);
		boolean on = handle != null && this.timers.apply(name, handle, MeterHandles.Handle::meter) != null;
		return (handle != null && on) ? new RunningTiming(name, handle) : Timing.NONE;
	}

	private void record(String name, MeterHandles.Handle<Timer> handle, long nanos) {
		this.timers.call(name, handle, (known) -> {
			Timer timer = known.meter();
			if (timer != null) {
				timer.record(nanos, TimeUnit.NANOSECONDS);
			}
		});
	}

	/**
	 * A timing that runs.
	 */
	private final class RunningTiming implements Timing {

		private final String name;

		private final MeterHandles.Handle<Timer> handle;

		private final long start = System.nanoTime();

		private final AtomicBoolean ended = new AtomicBoolean();

		RunningTiming(String name, MeterHandles.Handle<Timer> handle) {
			this.name = name;
			this.handle = handle;
		}

		@Override
		public void close() {
			long nanos = System.nanoTime() - this.start;
			if (this.ended.compareAndSet(false, true)) {
				record(this.name, this.handle, nanos);
			}
		}

		@Override
		public void discard() {
			this.ended.set(true);
		}

	}

}
