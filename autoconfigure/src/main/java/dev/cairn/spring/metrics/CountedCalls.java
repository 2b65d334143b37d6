package dev.cairn.spring.metrics;

import dev.cairn.metrics.MeterHandles;
import dev.cairn.spring.aop.CallCompletion;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of a method with {@code @Counted} as Micrometer's aspect does, with
 * the same names and tags. Thread-safe.
 */
class CountedCalls implements CallMeter {

	private final MeterHandles handles;

	private final Counted counted;

	private final Tags tags;

	private final CallCompletion completion;

	private final MetersByException<MeterHandles.Handle<Counter>> counters;

	CountedCalls(MeterHandles handles, Counted counted, Tags methodTags, CallCompletion completion) {
		this.handles = handles;
		this.counted = counted;
		this.tags = Tags.of(counted.extraTags()).and(methodTags);
		this.completion = completion;
		this.counters = new MetersByException<>("@Counted(\"" + counted.value() + "\")",
				(exception) -> handles.counter(counted.value(), tags(exception), this::customize));
	}

	private Tags tags(String exception) {
		return this.tags.and("exception", exception, "result",
				MetersByException.NONE.equals(exception) ? "success" : "failure");
	}

	private Counter.Builder customize(Counter.Builder counter) {
		return this.counted.description().isEmpty() ? counter : counter.description(this.counted.description());
	}

	@Override
	public @Nullable Object around(MeteredMethod method, MethodInvocation invocation, int next) throws Throwable {
		Object result;
		try {
			result = method.proceed(invocation, next);
		}
		catch (Throwable ex) {
			count(MetersByException.name(ex), invocation, null);
			throw ex;
		}
		if (this.completion == CallCompletion.AT_ONCE) {
			count(MetersByException.NONE, invocation, result);
			return result;
		}
		return this.completion.safely(result, 0, (begun, thrown, returned,
				value) -> count(MetersByException.nameOfAsynchronous(thrown), invocation, returned));
	}

	private void count(String exception, MethodInvocation invocation, @Nullable Object result) {
		if (this.counted.recordFailuresOnly() && MetersByException.NONE.equals(exception)) {
			return;
		}
		try {
			Counter counter = counter(exception, invocation, result);
			if (counter != null) {
				counter.increment();
			}
		}
		catch (RuntimeException ex) {
			MetersByException.warn(this.counted.value(), ex);
		}
	}

	@Nullable Counter counter(String exception, MethodInvocation invocation, @Nullable Object result) {
		MeterHandles.Handle<Counter> handle = this.counters.get(exception);
		return (handle != null) ? handle.meter() : null;
	}

	/**
	 * Counts calls whose tags depend on the arguments or on the result, so that
	 * Micrometer has to be asked for the counter at each call.
	 */
	static final class Tagged extends CountedCalls {

		private final MeterTagHandlers tagHandlers;

		Tagged(MeterHandles handles, Counted counted, Tags methodTags, CallCompletion completion,
				MeterTagHandlers tagHandlers) {
			super(handles, counted, methodTags, completion);
			this.tagHandlers = tagHandlers;
		}

		@Override
		Counter counter(String exception, MethodInvocation invocation, @Nullable Object result) {
			Counter.Builder builder = super.customize(
					Counter.builder(super.counted.value()).tags(super.tags(exception)));
			this.tagHandlers.addTags(builder, invocation, result);
			return builder.register(super.handles.registry());
		}

	}

}
