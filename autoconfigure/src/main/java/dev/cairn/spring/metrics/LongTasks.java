package dev.cairn.spring.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import dev.cairn.metrics.MeterHandles;
import dev.cairn.spring.aop.Completion;
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

	/** A fraction of what is running says nothing: it is all of it, or none. */
	private final boolean on;

	private final Completion completion;

	private final Outcomes<LongTaskTimer> timers;

	LongTasks(MeterHandles handles, Timed timed, Tags methodTags, Completion completion) {
		String name = timed.value().isEmpty() ? TimedCalls.DEFAULT_NAME : timed.value();
		Tags tags = Tags.of(timed.extraTags()).and(methodTags);
		this.on = handles.timerGate(name, tags).rate() > 0;
		this.completion = completion;
		this.timers = new Outcomes<>("@Timed(\"" + name + "\")",
				(any) -> LongTaskTimer.builder(name)
					.description(timed.description().isEmpty() ? null : timed.description())
					.tags(tags)
					.register(handles.registry()));
	}

	@Override
	public @Nullable Object around(MeteredMethod method, MethodInvocation invocation, int next) throws Throwable {
		LongTaskTimer timer = this.on ? this.timers.of(Outcomes.NONE) : null;
		if (timer == null) {
			return method.proceed(invocation, next);
		}
		if (this.completion.isLazy()) {
			return this.completion.safely(method.proceed(invocation, next), 0, new Subscription(timer));
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
			Outcomes.failed("the end of a long task", ex);
		}
	}

	/**
	 * Each subscription is a task.
	 */
	private static final class Subscription implements Completion.End {

		private final LongTaskTimer timer;

		private final Map<Long, LongTaskTimer.Sample> tasks = new ConcurrentHashMap<>();

		private final AtomicLong last = new AtomicLong();

		Subscription(LongTaskTimer timer) {
			this.timer = timer;
		}

		/** A number is enough to find the task again. */
		@Override
		public long begin() {
			long number = this.last.incrementAndGet();
			this.tasks.put(number, this.timer.start());
			return number;
		}

		@Override
		public void at(long number, @Nullable Throwable thrown, @Nullable Object result, @Nullable Object value) {
			LongTaskTimer.Sample task = this.tasks.remove(number);
			if (task != null) {
				stop(task);
			}
		}

	}

}
