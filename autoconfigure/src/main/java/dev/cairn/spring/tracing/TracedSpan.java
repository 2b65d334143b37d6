package dev.cairn.spring.tracing;

import java.util.concurrent.CompletionException;

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

	@Nullable Object inScope(SpanRecorder.Call call) throws Throwable {
		this.observation.openScope();
		try {
			return call.proceed();
		}
		finally {
			this.observation.closeScope();
		}
	}

	@Override
	public long begin() {
		return 0;
	}

	@Override
	public void completed(long start, @Nullable Throwable thrown, @Nullable Object result, @Nullable Object value) {
		end((thrown instanceof CompletionException && thrown.getCause() != null) ? thrown.getCause() : thrown, value);
	}

	void end(@Nullable Throwable thrown, @Nullable Object result) {
		this.tags.add(observation(), this.method, this.invocation, thrown, result);
		this.observation.stop(thrown);
	}

}
