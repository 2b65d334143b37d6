package dev.cairn.spring.context;

import java.util.function.Function;

import dev.cairn.Trace;
import dev.cairn.context.UnitOfWork;
import io.micrometer.observation.Observation;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import org.jspecify.annotations.Nullable;

/**
 * {@link Trace.Source} for the tracer of Micrometer Tracing.
 */
final class MicrometerTraceSource implements Trace.Source {

	/** Ids have 64 or 128 bits. */
	private static final int LEAST_LENGTH = 16;

	private final Tracer tracer;

	private final TraceHeaders headers;

	MicrometerTraceSource(Tracer tracer, TraceHeaders headers) {
		this.tracer = tracer;
		this.headers = headers;
	}

	@Override
	public @Nullable Trace read(Function<String, @Nullable String> headers) {
		return this.headers.read(headers).trace();
	}

	/**
	 * Without an active span, it is the trace of the unit of work: Spring Batch closes
	 * the scope of a job before it logs its failure.
	 */
	@Override
	public @Nullable Trace current() {
		Trace active = trace(this.tracer.currentTraceContext().context());
		if (active != null) {
			return active;
		}
		UnitOfWork unit = UnitOfWork.current();
		return (unit != null && unit.outcome() == null) ? unit.trace() : null;
	}

	/** Returns the trace of an observation, whether its span is active or not. */
	static @Nullable Trace of(Observation.Context observation) {
		TracingContext tracing = observation.get(TracingContext.class);
		Span span = (tracing != null) ? tracing.getSpan() : null;
		return (span != null) ? trace(span.context()) : null;
	}

	private static @Nullable Trace trace(@Nullable TraceContext context) {
		if (context == null || context.traceId().isEmpty() || context.spanId().isEmpty()) {
			return null;
		}
		return new Trace(context.traceId(), context.spanId(), Boolean.TRUE.equals(context.sampled()));
	}

	@Override
	public @Nullable String currentTraceId() {
		TraceContext context = this.tracer.currentTraceContext().context();
		return (context != null && context.traceId().length() >= LEAST_LENGTH) ? context.traceId() : null;
	}

}
