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

	private final MeteredMethod method;

	private final Timed timed;

	private final Map<Long, LongTaskTimer.Sample> running = new ConcurrentHashMap<>();

	private final AtomicLong lastNumber = new AtomicLong();

	LongTasks(MeteredMethod method, Timed timed, @Nullable CallMeter<?> inner) {
		super("@Timed(\"" + timed.value() + "\")", method, inner);
		this.method = method;
		this.timed = timed;
		create(NO_EXCEPTION);
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

	@Override
	MeterHandles.Handle<LongTaskTimer> create(String exception) {
		Tags tags = Tags.of(this.timed.extraTags()).and(this.method.tags());
		String description = this.timed.description();
		return this.method.handles()
			.handle(Meter.Type.LONG_TASK_TIMER, TimedCalls.name(this.timed), tags,
					LongTaskTimer.builder(TimedCalls.name(this.timed))
						.description(description.isEmpty() ? null : description)
						.tags(tags)::register);
	}

}
