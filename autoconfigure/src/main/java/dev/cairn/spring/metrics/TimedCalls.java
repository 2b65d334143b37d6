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
		super("@Timed(\"" + timed.value() + "\")", method, inner, (exception) -> handle(method, timed, exception));
		this.method = method;
		this.timed = timed;
	}

	private static MeterHandles.Handle<Timer> handle(MeteredMethod method, Timed timed, String exception) {
		Tags tags = Tags.of(timed.extraTags()).and(method.tags()).and("exception", exception);
		return method.handles()
			.handle(Meter.Type.TIMER, name(timed), tags, builder(method, timed, exception)::register);
	}

	private static Timer.Builder builder(MeteredMethod method, Timed timed, String exception) {
		return Timer.builder(timed, name(timed)).tags(method.tags()).tag("exception", exception);
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
		Timer.Builder builder = builder(this.method, this.timed, exception);
		tagHandlers.addTags(builder, invocation, result);
		return builder.register(this.method.handles().registry());
	}

}
