package dev.cairn.spring.metrics;

import dev.cairn.metrics.MeterHandles;
import dev.cairn.metrics.SamplingGate;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Tags;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code @Timed(longTask = true)}: shows how many calls are running, and for how
 * long. Thread-safe.
 */
final class LongTasks implements CallMeter {

	private final SamplingGate gate;

	private final Completion completion;

	private final Outcomes<LongTaskTimer> timers;

	LongTasks(MeterHandles handles, Timed timed, Tags methodTags, Completion completion) {
		String name = timed.value().isEmpty() ? TimedCalls.DEFAULT_NAME : timed.value();
		Tags tags = Tags.of(timed.extraTags()).and(methodTags);
		this.gate = handles.timerGate(name, tags);
		this.completion = completion;
		this.timers = new Outcomes<>("@Timed(\"" + name + "\")",
				(any) -> LongTaskTimer.builder(name)
					.description(timed.description().isEmpty() ? null : timed.description())
					.tags(tags)
					.register(handles.registry()));
	}

	@Override
	public @Nullable Object around(MeteredMethod method, MethodInvocation invocation, int next) throws Throwable {
		LongTaskTimer timer = this.gate.keeps() ? this.timers.of(Outcomes.NONE) : null;
		if (timer == null) {
			return method.proceed(invocation, next);
		}
		LongTaskTimer.Sample task = timer.start();
		Object result;
		try {
			result = method.proceed(invocation, next);
		}
		catch (Throwable ex) {
			task.stop();
			throw ex;
		}
		return this.completion.watch(result, 0, (begun, thrown, returned) -> task.stop());
	}

}
