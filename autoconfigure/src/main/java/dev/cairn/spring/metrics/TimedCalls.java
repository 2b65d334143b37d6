package dev.cairn.spring.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.cairn.metrics.MeterHandles;
import dev.cairn.metrics.SamplingGate;
import dev.cairn.metrics.TimerHandle;
import dev.cairn.spring.aop.Completion;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code @Timed} as Micrometer's aspect does, with the same names and tags.
 * Whether a call is kept is decided before its time is taken. Thread-safe.
 */
class TimedCalls implements CallMeter {

	static final String DEFAULT_NAME = "method.timed";

	private static final double NANOS_PER_SECOND = 1e9;

	private final MeterHandles handles;

	private final Timed timed;

	private final String name;

	private final Tags tags;

	private final SamplingGate gate;

	private final Completion completion;

	private final Outcomes<TimerHandle> outcomes;

	TimedCalls(MeterHandles handles, Timed timed, Tags methodTags, Completion completion) {
		this.handles = handles;
		this.timed = timed;
		this.name = timed.value().isEmpty() ? DEFAULT_NAME : timed.value();
		this.tags = Tags.of(timed.extraTags()).and(methodTags);
		this.gate = handles.timerGate(this.name, this.tags);
		this.completion = completion;
		this.outcomes = new Outcomes<>("@Timed(\"" + this.name + "\")",
				(exception) -> handles.timer(this.name, this.tags.and("exception", exception), this::details));
	}

	private Timer.Builder details(Timer.Builder timer) {
		Timer.Builder described = timer.publishPercentileHistogram(this.timed.histogram());
		if (!this.timed.description().isEmpty()) {
			described = described.description(this.timed.description());
		}
		if (this.timed.percentiles().length > 0) {
			described = described.publishPercentiles(this.timed.percentiles());
		}
		if (this.timed.serviceLevelObjectives().length > 0) {
			described = described.serviceLevelObjectives(Arrays.stream(this.timed.serviceLevelObjectives())
				.mapToObj((seconds) -> Duration.ofNanos((long) (seconds * NANOS_PER_SECOND)))
				.toArray(Duration[]::new));
		}
		return described;
	}

	@Override
	public @Nullable Object around(MeteredMethod method, MethodInvocation invocation, int next) throws Throwable {
		if (!this.gate.keeps()) {
			return method.proceed(invocation, next);
		}
		long start = System.nanoTime();
		Object result;
		try {
			result = method.proceed(invocation, next);
		}
		catch (Throwable ex) {
			record(System.nanoTime() - start, Outcomes.exception(ex), invocation, null);
			throw ex;
		}
		if (this.completion == Completion.AT_ONCE) {
			record(System.nanoTime() - start, Outcomes.NONE, invocation, result);
			return result;
		}
		return this.completion.safely(result, start, (begun, thrown, returned,
				value) -> record(System.nanoTime() - begun, Outcomes.exceptionOfResult(thrown), invocation, returned));
	}

	/**
	 * Record a call.
	 * @param result what it returned
	 */
	void record(long nanos, String exception, MethodInvocation invocation, @Nullable Object result) {
		try {
			TimerHandle timer = this.outcomes.of(exception);
			if (timer != null) {
				timer.record(nanos, this.gate.rate());
			}
		}
		catch (RuntimeException ex) {
			Outcomes.failed(this.name, ex);
		}
	}

	/**
	 * Calls of which some tags depend on the arguments or on the result, so that
	 * Micrometer has to be asked for the meter each time.
	 */
	static final class Tagged extends TimedCalls {

		private final MeterTagHandlers tagHandlers;

		/** For those that are sampled. */
		private final Map<Timer, TimerHandle> sampled = new ConcurrentHashMap<>();

		Tagged(MeterHandles handles, Timed timed, Tags methodTags, Completion completion,
				MeterTagHandlers tagHandlers) {
			super(handles, timed, methodTags, completion);
			this.tagHandlers = tagHandlers;
		}

		@Override
		void record(long nanos, String exception, MethodInvocation invocation, @Nullable Object result) {
			try {
				Timer.Builder builder = super.details(
						Timer.builder(super.name).tags(super.tags.and("exception", exception)));
				this.tagHandlers.addTags(builder, invocation, result);
				Timer timer = builder.register(super.handles.registry());
				double rate = super.gate.rate();
				if (rate >= 1) {
					timer.record(Duration.ofNanos(nanos));
				}
				else {
					this.sampled.computeIfAbsent(timer, this::handle).record(nanos, rate);
				}
			}
			catch (RuntimeException ex) {
				Outcomes.failed(super.name, ex);
			}
		}

		private TimerHandle handle(Timer timer) {
			return super.handles.timer(super.name, Tags.of(timer.getId().getTags()), super::details);
		}

	}

}
