package dev.cairn.spring.context;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

import dev.cairn.Trace;
import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * Traces of units of work, for a service without a tracer. It has no spans: each unit of
 * work continues the trace of its caller, or else begins one.
 *
 * @param probability the fraction of the traces begun here that tracers of other services
 * keep
 */
record UnitTraces(double probability) implements Trace.Source {

	@Override
	public @Nullable Trace current() {
		UnitOfWork unit = UnitOfWork.current();
		return (unit != null) ? unit.trace() : null;
	}

	@Override
	public Trace start(@Nullable Trace parent, Function<String, @Nullable String> headers) {
		Trace caller = Trace.parse(headers.apply(Trace.TRACEPARENT));
		Trace continued = (caller != null) ? caller : parent;
		return (continued != null) ? continued.nextSpan()
				: Trace.begin(ThreadLocalRandom.current().nextDouble() < this.probability);
	}

	@Override
	public boolean isInDiagnosticContext() {
		return false;
	}

}
