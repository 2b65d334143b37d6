package dev.cairn.spring.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import dev.cairn.metrics.MeterHandles;
import dev.cairn.metrics.MeterSampling;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Times the calls of a method with {@code @Timed} as Micrometer's aspect does, with the
 * same names and tags. The clock is not read if sampling turns the timer off.
 */
final class TimedCalls extends CallMeter<MeterHandles.Handle<Timer>> {

	private static final double NANOS_PER_SECOND = 1e9;

	private final MeteredMethod method;

	private final Timed timed;

	private final String name;

	private final Tags tags;

	private final MeterSampling.Rate rate;

	TimedCalls(MeteredMethod method, Timed timed, @Nullable CallMeter<?> inner) {
		super("@Timed(\"" + name(timed) + "\")", method, inner);
		this.method = method;
		this.timed = timed;
		this.name = name(timed);
		this.tags = Tags.of(timed.extraTags()).and(method.tags());
		this.rate = method.handles().timerRate(this.name, this.tags);
	}

	static String name(Timed timed) {
		return timed.value().isEmpty() ? "method.timed" : timed.value();
	}

	@Override
	boolean isOn() {
		return this.rate.isOn();
	}

	@Override
	long begin() {
		return System.nanoTime();
	}

	@Override
	void end(long start, String exception, MethodInvocation invocation, @Nullable Object result) {
		long nanos = System.nanoTime() - start;
		Timer timer = timer(exception, invocation, result);
		if (timer != null) {
			timer.record(nanos, TimeUnit.NANOSECONDS);
		}
	}

	/** Micrometer is asked at each call if tags depend on it. */
	private @Nullable Timer timer(String exception, MethodInvocation invocation, @Nullable Object result) {
		MeterTagHandlers tagHandlers = this.method.tagHandlers();
		if (tagHandlers == null) {
			MeterHandles.Handle<Timer> handle = handle(exception);
			return (handle != null) ? handle.meter() : null;
		}
		Timer.Builder builder = customize(Timer.builder(this.name).tags(tags(exception)));
		tagHandlers.addTags(builder, invocation, result);
		return builder.register(this.method.handles().registry());
	}

	@Override
	MeterHandles.Handle<Timer> create(String exception) {
		return this.method.handles().timer(this.name, tags(exception), this::customize);
	}

	private Tags tags(String exception) {
		return this.tags.and("exception", exception);
	}

	private Timer.Builder customize(Timer.Builder timer) {
		Timer.Builder customized = timer.publishPercentileHistogram(this.timed.histogram());
		if (!this.timed.description().isEmpty()) {
			customized = customized.description(this.timed.description());
		}
		if (this.timed.percentiles().length > 0) {
			customized = customized.publishPercentiles(this.timed.percentiles());
		}
		if (this.timed.serviceLevelObjectives().length > 0) {
			customized = customized.serviceLevelObjectives(Arrays.stream(this.timed.serviceLevelObjectives())
				.mapToObj((seconds) -> Duration.ofNanos((long) (seconds * NANOS_PER_SECOND)))
				.toArray(Duration[]::new));
		}
		return customized;
	}

}
