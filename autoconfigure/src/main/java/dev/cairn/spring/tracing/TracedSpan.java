package dev.cairn.spring.tracing;

import java.util.concurrent.CompletionException;

import dev.cairn.internal.Extensions;
import dev.cairn.spring.aop.Calls;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * A call that is recorded as a span. It ends once.
 */
final class TracedSpan implements Calls.Listener {

	private final ObservationRegistry registry;

	private final Observation observation;

	private final TracedMethod method;

	private final MethodInvocation invocation;

	private final Extensions extensions;

	private final SpanTags tags;

	TracedSpan(ObservationRegistry registry, Observation observation, TracedMethod method, MethodInvocation invocation,
			Extensions extensions, SpanTags tags) {
		this.registry = registry;
		this.observation = observation;
		this.method = method;
		this.invocation = invocation;
		this.extensions = extensions;
		this.tags = tags;
	}

	Observation observation() {
		return this.observation;
	}

	@Nullable Object inScope(SpanRecorder.Call call) throws Throwable {
		Observation.Scope scope = this.extensions.get("the scope of a span", this::open);
		try {
			return call.proceed();
		}
		finally {
			if (scope != null) {
				this.extensions.guard("the scope of a span", scope::close);
			}
		}
	}

	/** If a handler fails, the scope is open but not returned. */
	private Observation.Scope open() {
		try {
			return this.observation.openScope();
		}
		catch (RuntimeException | Error ex) {
			Observation.Scope current = this.registry.getCurrentObservationScope();
			if (current != null && current.getCurrentObservation() == this.observation) {
				current.close();
			}
			throw ex;
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
		this.tags.add(this.observation, this.method, this.invocation, thrown, result);
		this.extensions.guard("the end of a span", () -> {
			if (thrown != null) {
				this.observation.error(thrown);
			}
			this.observation.stop();
		});
	}

}
