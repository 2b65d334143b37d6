package dev.cairn.spring.metrics;

import dev.cairn.metrics.MeterHandles;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of a method with {@code @Counted} as Micrometer's aspect does, with
 * the same names and tags.
 */
final class CountedCalls extends CallMeter<Counter> {

	private final MeteredMethod method;

	private final Counted counted;

	CountedCalls(MeteredMethod method, Counted counted, @Nullable CallMeter<?> inner) {
		super("@Counted(\"" + counted.value() + "\")", method, inner,
				(exception) -> handle(method, counted, exception));
		this.method = method;
		this.counted = counted;
	}

	private static MeterHandles.Handle<Counter> handle(MeteredMethod method, Counted counted, String exception) {
		return method.handles()
			.handle(Meter.Type.COUNTER, counted.value(), tags(method, counted, exception),
					builder(method, counted, exception)::register);
	}

	private static Counter.Builder builder(MeteredMethod method, Counted counted, String exception) {
		return Counter.builder(counted.value())
			.description(counted.description().isEmpty() ? null : counted.description())
			.tags(tags(method, counted, exception));
	}

	private static Tags tags(MeteredMethod method, Counted counted, String exception) {
		return Tags.of(counted.extraTags())
			.and(method.tags())
			.and("exception", exception, "result", NO_EXCEPTION.equals(exception) ? "success" : "failure");
	}

	@Override
	long begin() {
		return 0;
	}

	@Override
	void end(long start, String exception, MethodInvocation invocation, @Nullable Object result) {
		if (this.counted.recordFailuresOnly() && NO_EXCEPTION.equals(exception)) {
			return;
		}
		Counter counter = counter(exception, invocation, result);
		if (counter != null) {
			counter.increment();
		}
	}

	/** Micrometer is asked at each call if tags depend on it. */
	private @Nullable Counter counter(String exception, MethodInvocation invocation, @Nullable Object result) {
		MeterTagHandlers tagHandlers = this.method.tagHandlers();
		if (tagHandlers == null) {
			return meter(exception);
		}
		Counter.Builder builder = builder(this.method, this.counted, exception);
		tagHandlers.addTags(builder, invocation, result);
		return builder.register(this.method.handles().registry());
	}

}
