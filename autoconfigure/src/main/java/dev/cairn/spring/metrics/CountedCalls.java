package dev.cairn.spring.metrics;

import dev.cairn.metrics.CounterHandle;
import dev.cairn.metrics.MeterHandles;
import dev.cairn.spring.aop.Completion;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code @Counted} as Micrometer's aspect does, with the same names and tags.
 * Thread-safe.
 */
class CountedCalls implements CallMeter {

	private final MeterHandles handles;

	private final Counted counted;

	private final Tags tags;

	private final Completion completion;

	private final Outcomes<CounterHandle> outcomes;

	CountedCalls(MeterHandles handles, Counted counted, Tags methodTags, Completion completion) {
		this.handles = handles;
		this.counted = counted;
		this.tags = Tags.of(counted.extraTags()).and(methodTags);
		this.completion = completion;
		this.outcomes = new Outcomes<>("@Counted(\"" + counted.value() + "\")",
				(exception) -> handles.counter(counted.value(), this.tags.and(outcome(exception)), this::details));
	}

	private static Tags outcome(String exception) {
		return Tags.of("exception", exception, "result", Outcomes.NONE.equals(exception) ? "success" : "failure");
	}

	private Counter.Builder details(Counter.Builder counter) {
		return this.counted.description().isEmpty() ? counter : counter.description(this.counted.description());
	}

	@Override
	public @Nullable Object around(MeteredMethod method, MethodInvocation invocation, int next) throws Throwable {
		Object result;
		try {
			result = method.proceed(invocation, next);
		}
		catch (Throwable ex) {
			count(Outcomes.exception(ex), invocation, null);
			throw ex;
		}
		if (this.completion == Completion.AT_ONCE) {
			count(Outcomes.NONE, invocation, result);
			return result;
		}
		return this.completion.safely(result, 0,
				(begun, thrown, returned, value) -> count(Outcomes.exceptionOfResult(thrown), invocation, returned));
	}

	private void count(String exception, MethodInvocation invocation, @Nullable Object result) {
		if (this.counted.recordFailuresOnly() && Outcomes.NONE.equals(exception)) {
			return;
		}
		try {
			CounterHandle counter = counter(exception, invocation, result);
			if (counter != null) {
				counter.increment(1);
			}
		}
		catch (RuntimeException ex) {
			Outcomes.failed(this.counted.value(), ex);
		}
	}

	@Nullable CounterHandle counter(String exception, MethodInvocation invocation, @Nullable Object result) {
		return this.outcomes.of(exception);
	}

	/**
	 * Calls of which some tags depend on the arguments or on the result, so that
	 * Micrometer has to be asked for the meter each time.
	 */
	static final class Tagged extends CountedCalls {

		private final MeterTagHandlers tagHandlers;

		Tagged(MeterHandles handles, Counted counted, Tags methodTags, Completion completion,
				MeterTagHandlers tagHandlers) {
			super(handles, counted, methodTags, completion);
			this.tagHandlers = tagHandlers;
		}

		@Override
		CounterHandle counter(String exception, MethodInvocation invocation, @Nullable Object result) {
			Counter.Builder builder = super.details(
					Counter.builder(super.counted.value()).tags(super.tags.and(outcome(exception))));
			this.tagHandlers.addTags(builder, invocation, result);
			Counter counter = builder.register(super.handles.registry());
			return super.handles.counter(super.counted.value(), Tags.of(counter.getId().getTags()), super::details);
		}

	}

}
