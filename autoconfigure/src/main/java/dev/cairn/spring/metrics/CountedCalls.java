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
		super("@Counted(\"" + counted.value() + "\")", method, inner);
		this.method = method;
		this.counted = counted;
		create(NO_EXCEPTION);
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
		Counter.Builder builder = builder(exception);
		tagHandlers.addTags(builder, invocation, result);
		return builder.register(this.method.handles().registry());
	}

	@Override
	MeterHandles.Handle<Counter> create(String exception) {
		return this.method.handles()
			.handle(Meter.Type.COUNTER, this.counted.value(), tags(exception), builder(exception)::register);
	}

	private Counter.Builder builder(String exception) {
		String description = this.counted.description();
		return Counter.builder(this.counted.value())
			.description(description.isEmpty() ? null : description)
			.tags(tags(exception));
	}

	private Tags tags(String exception) {
		return Tags.of(this.counted.extraTags())
			.and(this.method.tags())
			.and("exception", exception, "result", NO_EXCEPTION.equals(exception) ? "success" : "failure");
	}

}
