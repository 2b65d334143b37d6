package dev.cairn.spring.metrics;

import java.util.concurrent.TimeUnit;

import dev.cairn.metrics.MeterHandles;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Times the calls of a method with {@code @Timed} as Micrometer's aspect does, with the
 * same names and tags. The clock is not read if sampling turns the timer off.
 */
final class TimedCalls extends CallMeter<Timer> {

	private final MeteredMethod method;

	private final Timed timed;

	TimedCalls(MeteredMethod method, Timed timed, @Nullable CallMeter<?> inner) {
		super("@Timed(\"" + timed.value() + "\")", method, inner);
		this.method = method;
		this.timed = timed;
		create(NO_EXCEPTION);
	}

	static String name(Timed timed) {
		return timed.value().isEmpty() ? "method.timed" : timed.value();
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
			return meter(exception);
		}
		Timer.Builder builder = builder(exception);
		tagHandlers.addTags(builder, invocation, result);
		return builder.register(this.method.handles().registry());
	}

	@Override
	MeterHandles.Handle<Timer> create(String exception) {
		Tags tags = Tags.of(this.timed.extraTags()).and(this.method.tags()).and("exception", exception);
		return this.method.handles().handle(Meter.Type.TIMER, name(this.timed), tags, builder(exception)::register);
	}

	private Timer.Builder builder(String exception) {
		return Timer.builder(this.timed, name(this.timed)).tags(this.method.tags()).tag("exception", exception);
	}

}
