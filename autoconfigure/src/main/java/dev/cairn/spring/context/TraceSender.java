package dev.cairn.spring.context;

import dev.cairn.Trace;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.transport.SenderContext;

/**
 * Adds the headers of the trace to each observed request and record that is sent, for a
 * service without a tracer.
 */
final class TraceSender implements ObservationHandler<SenderContext<Object>> {

	private final Trace.Source traces;

	TraceSender(Trace.Source traces) {
		this.traces = traces;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return this.traces instanceof UnitTraces && context instanceof SenderContext<?>;
	}

	@Override
	public void onStart(SenderContext<Object> context) {
		Object carrier = context.getCarrier();
		Trace trace = this.traces.current();
		if (carrier != null && trace != null && this.traces instanceof UnitTraces units) {
			units.headers().write(trace, (name, value) -> context.getSetter().set(carrier, name, value));
		}
	}

}
