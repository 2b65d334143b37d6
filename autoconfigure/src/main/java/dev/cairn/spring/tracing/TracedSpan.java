package dev.cairn.spring.tracing;

import dev.cairn.internal.Throwables;
import dev.cairn.spring.aop.Calls;
import dev.cairn.spring.core.GuardedObservation;
import io.micrometer.observation.Observation;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * A call that is recorded as a span. It ends once.
 */
final class TracedSpan implements Calls.Listener {

	private final GuardedObservation observation;

	private final TracedMethod method;

	private final MethodInvocation invocation;

	private final SpanTags tags;

	TracedSpan(GuardedObservation observation, TracedMethod method, MethodInvocation invocation, SpanTags tags) {
		this.observation = observation;
		this.method = method;
		this.invocation = invocation;
		this.tags = tags;
	}

	Observation observation() {
		return this.observation.observation();
	}

	/** Makes the call. The span ends only if it fails. */
	@Nullable Object within(GuardedObservation.Call<Object, Throwable> call) throws Throwable {
		return this.observation.within(call, (thrown) -> end(thrown, null));
	}

	@Override
	public long begin() {
		return 0;
	}

	@Override
	public void completed(long start, @Nullable Throwable thrown, @Nullable Object result, @Nullable Object value) {
		end(Throwables.ofFuture(thrown), value);
	}

	void end(@Nullable Throwable thrown, @Nullable Object result) {
		this.tags.add(observation(), this.method, this.invocation, thrown, result);
		this.observation.stop(thrown);
	}

}
