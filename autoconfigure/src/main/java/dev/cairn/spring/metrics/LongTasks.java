package dev.cairn.spring.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import dev.cairn.metrics.MeterHandles;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.spring.aop.CallCompletion;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Tags;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Shows the running calls of a method with {@code @Timed(longTask = true)}. Thread-safe.
 */
final class LongTasks implements CallMeter {

	private final MeterSampling.Rate rate;

	private final CallCompletion completion;

	private final MetersByException<LongTaskTimer> timers;

	LongTasks(MeterHandles handles, Timed timed, Tags methodTags, CallCompletion completion) {
		String name = timed.value().isEmpty() ? TimedCalls.DEFAULT_NAME : timed.value();
		Tags tags = Tags.of(timed.extraTags()).and(methodTags);
		this.rate = handles.timerRate(name, tags);
		this.completion = completion;
		this.timers = new MetersByException<>("@Timed(\"" + name + "\")",
				(any) -> LongTaskTimer.builder(name)
					.description(timed.description().isEmpty() ? null : timed.description())
					.tags(tags)
					.register(handles.registry()));
	}

	@Override
	public @Nullable Object around(MeteredMethod method, MethodInvocation invocation, int next) throws Throwable {
		LongTaskTimer timer = this.rate.isOn() ? this.timers.get(MetersByException.NONE) : null;
		if (timer == null) {
			return method.proceed(invocation, next);
		}
		if (this.completion.isLazy()) {
			return this.completion.safely(method.proceed(invocation, next), 0, new Subscriptions(timer));
		}
		LongTaskTimer.Sample task = timer.start();
		Object result;
		try {
			result = method.proceed(invocation, next);
		}
		catch (Throwable ex) {
			stop(task);
			throw ex;
		}
		return this.completion.safely(result, 0, (begun, thrown, returned, value) -> stop(task));
	}

	private static void stop(LongTaskTimer.Sample task) {
		try {
			task.stop();
		}
		catch (RuntimeException ex) {
			MetersByException.warn("the end of a long task", ex);
		}
	}

	/**
	 * The subscriptions to a result, each of which is a task.
	 */
	private static final class Subscriptions implements CallCompletion.CallListener {

		private final LongTaskTimer timer;

		private final Map<Long, LongTaskTimer.Sample> tasks = new ConcurrentHashMap<>();

		private final AtomicLong lastNumber = new AtomicLong();

		Subscriptions(LongTaskTimer timer) {
			this.timer = timer;
		}

		/** Returns a number that identifies the task. */
		@Override
		public long begin() {
			long number = this.lastNumber.incrementAndGet();
			this.tasks.put(number, this.timer.start());
			return number;
		}

		@Override
		public void completed(long number, @Nullable Throwable thrown, @Nullable Object result,
				@Nullable Object value) {
			LongTaskTimer.Sample task = this.tasks.remove(number);
			if (task != null) {
				stop(task);
			}
		}

	}

}
