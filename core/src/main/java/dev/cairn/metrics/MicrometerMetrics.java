package dev.cairn.metrics;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.cairn.ApplicationFrames;
import dev.cairn.CairnMetrics;
import dev.cairn.CairnMetrics.Timing;
import dev.cairn.metrics.KnownMeters.Kind;
import dev.cairn.metrics.MeterHandles.Handle;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

/**
 * Implements the metric calls with Micrometer's meters. Exceptions of a registry do not
 * reach the caller. Thread-safe.
 */
final class MicrometerMetrics implements CairnMetrics {

	private static final Kind<Handle<Counter>> COUNTER = kind(Meter.Type.COUNTER,
			(name, tags) -> Counter.builder(name).tags(tags)::register);

	private static final Kind<Handle<DistributionSummary>> SUMMARY = kind(Meter.Type.DISTRIBUTION_SUMMARY,
			(name, tags) -> DistributionSummary.builder(name).tags(tags)::register);

	private static final Kind<Handle<Timer>> TIMER = kind(Meter.Type.TIMER,
			(name, tags) -> Timer.builder(name).tags(tags)::register);

	private static final Kind<MeterHandles.GaugeHandle> GAUGE = new Kind<>(Meter.Type.GAUGE, MeterHandles::gauge);

	private final KnownMeters meters;

	MicrometerMetrics(Supplier<MeterHandles> handles, UnaryOperator<Meter.Id> bounds, ApplicationFrames frames) {
		this.meters = new KnownMeters(handles, bounds, frames);
	}

	/** The creation of a handle fails if the registry refuses the meter. */
	private static <M extends Meter> Kind<Handle<M>> kind(Meter.Type type,
			BiFunction<String, Tags, Function<MeterRegistry, M>> registration) {
		return new Kind<>(type, (handles, name, tags) -> {
			Handle<M> handle = handles.handle(type, name, tags, registration.apply(name, tags));
			handle.meter();
			return handle;
		});
	}

	@Override
	public void incr(String name, double by, String... tags) {
		this.meters.call(COUNTER, name, tags, (handle) -> {
			Counter counter = handle.meter();
			if (counter != null && by > 0 && by < Double.POSITIVE_INFINITY) {
				counter.increment(by);
			}
		});
	}

	@Override
	public void set(String name, double value, String... tags) {
		this.meters.call(GAUGE, name, tags, (gauge) -> gauge.set(value));
	}

	@Override
	public void record(String name, double value, String... tags) {
		this.meters.call(SUMMARY, name, tags, (handle) -> {
			DistributionSummary summary = handle.meter();
			if (summary != null && value >= 0 && value < Double.POSITIVE_INFINITY) {
				summary.record(value);
			}
		});
	}

	@Override
	public void record(String name, Duration duration, String... tags) {
		this.meters.call(TIMER, name, tags, (handle) -> record(handle, TimeUnit.NANOSECONDS.convert(duration)));
	}

	private static void record(Handle<Timer> handle, long nanos) {
		Timer timer = handle.meter();
		if (timer != null && nanos >= 0) {
			timer.record(nanos, TimeUnit.NANOSECONDS);
		}
	}

	@Override
	public Timing timer(String name, String... tags) {
		Handle<Timer> handle = this.meters.find(TIMER, name, tags);
		return (handle != null && handle.isOn()) ? new RunningTiming(name, handle) : Timing.NONE;
	}

	/**
	 * A timing that runs.
	 */
	private final class RunningTiming implements Timing {

		private final String name;

		private final Handle<Timer> handle;

		private final long start = System.nanoTime();

		private final AtomicBoolean ended = new AtomicBoolean();

		RunningTiming(String name, Handle<Timer> handle) {
			this.name = name;
			this.handle = handle;
		}

		@Override
		public void close() {
			long nanos = System.nanoTime() - this.start;
			if (this.ended.compareAndSet(false, true)) {
				MicrometerMetrics.this.meters.call(TIMER, this.name, this.handle, (known) -> record(known, nanos));
			}
		}

		@Override
		public void discard() {
			this.ended.set(true);
		}

	}

}
