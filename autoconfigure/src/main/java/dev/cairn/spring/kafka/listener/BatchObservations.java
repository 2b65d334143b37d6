package dev.cairn.spring.kafka.listener;

import java.util.List;
import java.util.stream.Stream;

import dev.cairn.Trace;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.core.GuardedObservation;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.util.function.SingletonSupplier;

/**
 * Observes the processing of batches for a tracer, since Spring Kafka observes records
 * only. The span begins a trace, or continues that of the delivery that has failed, with
 * links to the traces of the records. Thread-safe.
 */
final class BatchObservations
		implements TracingObservationHandler<BatchObservations.Batch>, Batches, SmartInitializingSingleton {

	static final String NAME = "kafka.listener.batch";

	/** As many as tracers keep. */
	private static final int MAX_LINKS = 128;

	private final SingletonSupplier<Tracer> tracer;

	/** The registry is created after its handlers. */
	private final SingletonSupplier<ObservationRegistry> observations;

	private final Extensions extensions;

	BatchObservations(ObjectProvider<Tracer> tracers, ObjectProvider<ObservationRegistry> observations,
			Extensions extensions) {
		this.tracer = SingletonSupplier.of(() -> tracers.getIfUnique(() -> Tracer.NOOP));
		this.observations = SingletonSupplier.of(() -> observations.getIfUnique(() -> ObservationRegistry.NOOP));
		this.extensions = extensions;
	}

	/** A batch may still be processed when the context is closed. */
	@Override
	public void afterSingletonsInstantiated() {
		this.tracer.obtain();
		this.observations.obtain();
	}

	@Override
	public Tracer getTracer() {
		return this.tracer.obtain();
	}

	@Override
	public GuardedObservation begin(String listener, Stream<Trace> traces, @Nullable Trace earlier) {
		return GuardedObservation.start(this.extensions, NAME, () -> create(listener, traces, earlier));
	}

	private Observation create(String listener, Stream<Trace> traces, @Nullable Trace earlier) {
		if (getTracer() == Tracer.NOOP || getTracer().currentSpan() != null) {
			return Observation.NOOP;
		}
		return Observation
			.createNotStarted(NAME, () -> new Batch(traces.distinct().limit(MAX_LINKS).toList(), earlier),
					this.observations.obtain())
			.contextualName(listener + " process batch")
			.lowCardinalityKeyValue("listener", listener);
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof Batch;
	}

	@Override
	public void onStart(Batch batch) {
		Span.Builder builder = getTracer().spanBuilder().kind(Span.Kind.CONSUMER);
		if (batch.earlier != null) {
			builder.setParent(context(batch.earlier));
		}
		else {
			builder.setNoParent();
		}
		batch.traces.forEach((trace) -> builder.addLink(link(trace)));
		getTracingContext(batch).setSpan(builder.start());
	}

	private Link link(Trace trace) {
		return new Link(context(trace));
	}

	private TraceContext context(Trace trace) {
		return getTracer().traceContextBuilder()
			.traceId(trace.traceId())
			.spanId(trace.spanId())
			.sampled(trace.sampled())
			.build();
	}

	@Override
	public void onStop(Batch batch) {
		Span span = getRequiredSpan(batch);
		span.name(getSpanName(batch));
		tagSpan(batch, span);
		endSpan(batch, span);
	}

	/**
	 * A batch with the traces of its records.
	 */
	static final class Batch extends Observation.Context {

		private final List<Trace> traces;

		private final @Nullable Trace earlier;

		Batch(List<Trace> traces, @Nullable Trace earlier) {
			this.traces = traces;
			this.earlier = earlier;
		}

	}

}
