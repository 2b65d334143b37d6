package dev.cairn.spring.metrics;

import dev.cairn.metrics.MeterHandles;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of a method with {@code @Counted} as Micrometer's aspect does, with
 * the same names and tags.
 */
final class CountedCalls extends CallMeter<MeterHandles.Handle<Counter>> {

	private final MeteredMethod method;

	private final Counted counted;

	private final Tags tags;

	CountedCalls(MeteredMethod method, Counted counted, @Nullable CallMeter<?> inner) {
		super("@Counted(\"" + counted.value() + "\")", method, inner);
		this.method = method;
		this.counted = counted;
		this.tags = Tags.of(counted.extraTags()).and(method.tags());
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
			MeterHandles.Handle<Counter> handle = handle(exception);
			return (handle != null) ? handle.meter() : null;
		}
		Counter.Builder builder = customize(Counter.builder(this.counted.value()).tags(tags(exception)));
		tagHandlers.addTags(builder, invocation, result);
		return builder.register(this.method.handles().registry());
	}

	@Override
	MeterHandles.Handle<Counter> create(String exception) {
		return this.method.handles().counter(this.counted.value(), tags(exception), this::customize);
	}

	private Tags tags(String exception) {
		return this.tags.and("exception", exception, "result", NO_EXCEPTION.equals(exception) ? "success" : "failure");
	}

	private Counter.Builder customize(Counter.Builder counter) {
		return this.counted.description().isEmpty() ? counter : counter.description(this.counted.description());
	}

}
