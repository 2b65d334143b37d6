package dev.cairn.spring.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import dev.cairn.metrics.MeterSampling;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Tags;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Shows the running calls of a method with {@code @Timed(longTask = true)}.
 */
final class LongTasks extends CallMeter<LongTaskTimer> {

	private final MeteredMethod method;

	private final Timed timed;

	private final Tags tags;

	private final MeterSampling.Rate rate;

	private final Map<Long, LongTaskTimer.Sample> running = new ConcurrentHashMap<>();

	private final AtomicLong lastNumber = new AtomicLong();

	LongTasks(MeteredMethod method, Timed timed, @Nullable CallMeter<?> inner) {
		super("@Timed(\"" + TimedCalls.name(timed) + "\")", method, inner);
		this.method = method;
		this.timed = timed;
		this.tags = Tags.of(timed.extraTags()).and(method.tags());
		this.rate = method.handles().timerRate(TimedCalls.name(timed), this.tags);
	}

	@Override
	boolean isOn() {
		return this.rate.isOn();
	}

	@Override
	long begin() {
		long number = this.lastNumber.incrementAndGet();
		LongTaskTimer timer = handle(NO_EXCEPTION);
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
	LongTaskTimer create(String exception) {
		return LongTaskTimer.builder(TimedCalls.name(this.timed))
			.description(this.timed.description().isEmpty() ? null : this.timed.description())
			.tags(this.tags)
			.register(this.method.handles().registry());
	}

}
