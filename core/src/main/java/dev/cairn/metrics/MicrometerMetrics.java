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
 * Implements the metric calls with Micrometer's meters. Exceptions of a registry do not
 * reach the caller. Thread-safe.
 */
final class MicrometerMetrics implements CairnMetrics {

	private final KnownMeters<MeterHandles.Handle<Counter>> counters;

	private final KnownMeters<MeterHandles.Handle<DistributionSummary>> summaries;

	private final KnownMeters<MeterHandles.Handle<Timer>> timers;

	private final KnownMeters<MeterHandles.GaugeHandle> gauges;

	MicrometerMetrics(Supplier<MeterHandles> handles, UnaryOperator<Meter.Id> bounds, ApplicationFrames frames) {
		MeterNames names = new MeterNames(frames);
		this.counters = new KnownMeters<>(Meter.Type.COUNTER, names, bounds, handles, (name, tags) -> registered(
				handles.get().handle(Meter.Type.COUNTER, name, tags, Counter.builder(name).tags(tags)::register)));
		this.summaries = new KnownMeters<>(Meter.Type.DISTRIBUTION_SUMMARY, names, bounds, handles,
				(name, tags) -> registered(handles.get()
					.handle(Meter.Type.DISTRIBUTION_SUMMARY, name, tags,
							DistributionSummary.builder(name).tags(tags)::register)));
		this.timers = new KnownMeters<>(Meter.Type.TIMER, names, bounds, handles, (name, tags) -> registered(
				handles.get().handle(Meter.Type.TIMER, name, tags, Timer.builder(name).tags(tags)::register)));
		this.gauges = new KnownMeters<>(Meter.Type.GAUGE, names, bounds, handles,
				(name, tags) -> handles.get().gauge(name, tags));
	}

	/** Fails if the registry refuses the meter. */
	private static <M extends Meter> MeterHandles.Handle<M> registered(MeterHandles.Handle<M> handle) {
		handle.meter();
		return handle;
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
		return (handle != null && handle.isOn()) ? new RunningTiming(name, handle) : Timing.NONE;
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
				MicrometerMetrics.this.timers.call(this.name, this.handle, (known) -> {
					Timer timer = known.meter();
					if (timer != null) {
						timer.record(nanos, TimeUnit.NANOSECONDS);
					}
				});
			}
		}

		@Override
		public void discard() {
			this.ended.set(true);
		}

	}

}
