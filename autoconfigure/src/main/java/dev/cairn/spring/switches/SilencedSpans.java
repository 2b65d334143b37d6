package dev.cairn.spring.switches;

import io.micrometer.observation.Observation;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;

/**
 * Takes the place of the handlers of the tracer for observations that have no span.
 */
final class SilencedSpans implements TracingObservationHandler<Observation.Context> {

	@Override
	public boolean supportsContext(Observation.Context context) {
		return Instruments.isSilenced(context);
	}

	@Override
	public Tracer getTracer() {
		return Tracer.NOOP;
	}

	/** The handlers of meters require a context of the tracer. */
	@Override
	public void onStart(Observation.Context context) {
		getTracingContext(context);
	}

	@Override
	public void onError(Observation.Context context) {
	}

	@Override
	public void onEvent(Observation.Event event, Observation.Context context) {
	}

	@Override
	public void onScopeOpened(Observation.Context context) {
	}

	@Override
	public void onScopeReset(Observation.Context context) {
	}

	@Override
	public void onScopeClosed(Observation.Context context) {
	}

	@Override
	public void onStop(Observation.Context context) {
	}

}
