package dev.cairn.spring.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import dev.cairn.metrics.MeterHandles;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.spring.aop.CallCompletion;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Times the calls of a method with {@code @Timed} as Micrometer's aspect does, with the
 * same names and tags. The clock is not read if sampling turns the timer off.
 * Thread-safe.
 */
class TimedCalls implements CallMeter {

	static final String DEFAULT_NAME = "method.timed";

	private static final double NANOS_PER_SECOND = 1e9;

	private final MeterHandles handles;

	private final Timed timed;

	private final String name;

	private final Tags tags;

	private final MeterSampling.Rate rate;

	private final CallCompletion completion;

	private final MetersByException<MeterHandles.Handle<Timer>> timers;

	TimedCalls(MeterHandles handles, Timed timed, Tags methodTags, CallCompletion completion) {
		this.handles = handles;
		this.timed = timed;
		this.name = timed.value().isEmpty() ? DEFAULT_NAME : timed.value();
		this.tags = Tags.of(timed.extraTags()).and(methodTags);
		this.rate = handles.timerRate(this.name, this.tags);
		this.completion = completion;
		this.timers = new MetersByException<>("@Timed(\"" + this.name + "\")",
				(exception) -> handles.timer(this.name, this.tags.and("exception", exception), this::customize));
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

	@Override
	public @Nullable Object around(MeteredMethod method, MethodInvocation invocation, int next) throws Throwable {
		if (!this.rate.isOn()) {
			return method.proceed(invocation, next);
		}
		long start = System.nanoTime();
		Object result;
		try {
			result = method.proceed(invocation, next);
		}
		catch (Throwable ex) {
			record(System.nanoTime() - start, MetersByException.name(ex), invocation, null);
			throw ex;
		}
		if (this.completion == CallCompletion.AT_ONCE) {
			record(System.nanoTime() - start, MetersByException.NONE, invocation, result);
			return result;
		}
		return this.completion.safely(result, start,
				(begun, thrown, returned, value) -> record(System.nanoTime() - begun,
						MetersByException.nameOfAsynchronous(thrown), invocation, returned));
	}

	private void record(long nanos, String exception, MethodInvocation invocation, @Nullable Object result) {
		try {
			Timer timer = timer(exception, invocation, result);
			if (timer != null) {
				timer.record(nanos, TimeUnit.NANOSECONDS);
			}
		}
		catch (RuntimeException ex) {
			MetersByException.warn(this.name, ex);
		}
	}

	@Nullable Timer timer(String exception, MethodInvocation invocation, @Nullable Object result) {
		MeterHandles.Handle<Timer> handle = this.timers.get(exception);
		return (handle != null) ? handle.meter() : null;
	}

	/**
	 * Times calls whose tags depend on the arguments or on the result, so that Micrometer
	 * has to be asked for the timer at each call.
	 */
	static final class Tagged extends TimedCalls {

		private final MeterTagHandlers tagHandlers;

		Tagged(MeterHandles handles, Timed timed, Tags methodTags, CallCompletion completion,
				MeterTagHandlers tagHandlers) {
			super(handles, timed, methodTags, completion);
			this.tagHandlers = tagHandlers;
		}

		@Override
		Timer timer(String exception, MethodInvocation invocation, @Nullable Object result) {
			Timer.Builder builder = super.customize(
					Timer.builder(super.name).tags(super.tags.and("exception", exception)));
			this.tagHandlers.addTags(builder, invocation, result);
			return builder.register(super.handles.registry());
		}

	}

}
