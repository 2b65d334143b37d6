package dev.cairn.spring.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import dev.cairn.metrics.MeterHandles;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Shows the running calls of a method with {@code @Timed(longTask = true)}.
 */
final class LongTasks extends CallMeter<LongTaskTimer> {

	private final Map<Long, LongTaskTimer.Sample> running = new ConcurrentHashMap<>();

	private final AtomicLong lastNumber = new AtomicLong();

	LongTasks(MeteredMethod method, Timed timed, @Nullable CallMeter<?> inner) {
		super("@Timed(\"" + timed.value() + "\")", method, inner, (any) -> handle(method, timed));
	}

	private static MeterHandles.Handle<LongTaskTimer> handle(MeteredMethod method, Timed timed) {
		String name = TimedCalls.name(timed);
		Tags tags = Tags.of(timed.extraTags()).and(method.tags());
		String description = timed.description().isEmpty() ? null : timed.description();
		return method.handles()
			.handle(Meter.Type.LONG_TASK_TIMER, name, tags,
					LongTaskTimer.builder(name).description(description).tags(tags)::register);
	}

	@Override
	long begin() {
		long number = this.lastNumber.incrementAndGet();
		LongTaskTimer timer = meter(NO_EXCEPTION);
		if (timer != null) {
			this.running.put(number, timer.start());
		}
		return number;
	}

	@Override
	void discard(long number) {
		LongTaskTimer.Sample task = this.running.remove(number);
		if (task != null) {
			task.stop();
		}
	}

	@Override
	void end(long number, String exception, MethodInvocation invocation, @Nullable Object result) {
		discard(number);
	}

}
