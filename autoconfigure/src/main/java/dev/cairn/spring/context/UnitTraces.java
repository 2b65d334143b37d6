package dev.cairn.spring.context;

import java.util.function.Function;

import dev.cairn.Sampler;
import dev.cairn.Trace;
import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * Traces of units of work, for a service without a tracer. It has no spans: each unit of
 * work continues the trace of its caller, or else begins one.
 *
 * @param probability the fraction of the traces that tracers of other services keep, if
 * the caller has not decided
 * @param headers the headers of callers, and those that are passed on
 */
record UnitTraces(double probability, TraceHeaders headers) implements Trace.Source {

	@Override
	public @Nullable Trace current() {
		UnitOfWork unit = UnitOfWork.current();
		return (unit != null) ? unit.trace() : null;
	}

	@Override
	public @Nullable Trace read(Function<String, @Nullable String> headers) {
		return this.headers.read(headers).trace();
	}

	@Override
	public Trace start(@Nullable Trace parent, Function<String, @Nullable String> headers) {
		TraceHeaders.Caller caller = this.headers.read(headers);
		Trace trace = caller.trace();
		if (trace == null && parent != null) {
			return parent.nextSpan();
		}
		Trace started = (trace != null) ? trace.nextSpan() : Trace.begin(false);
		return new Trace(started.traceId(), started.spanId(), isSampled(caller, started.traceId()));
	}

	private boolean isSampled(TraceHeaders.Caller caller, String traceId) {
		Boolean decision = caller.sampled();
		return (decision != null) ? decision : Sampler.draw(traceId) < this.probability;
	}

	@Override
	public boolean isInDiagnosticContext() {
		return false;
	}

}
