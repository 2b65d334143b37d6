package dev.cairn.spring.context;

import dev.cairn.Trace;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.transport.ReceiverContext;

/**
 * Counts the malformed headers of observed requests and records that are received, for a
 * service with a tracer.
 */
final class MalformedTraceHeaders implements ObservationHandler<ReceiverContext<Object>> {

	private final Trace.Source traces;

	private final TraceHeaders headers;

	MalformedTraceHeaders(Trace.Source traces, TraceHeaders headers) {
		this.traces = traces;
		this.headers = headers;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return this.traces instanceof MicrometerTraceSource && context instanceof ReceiverContext<?>;
	}

	@Override
	public void onStart(ReceiverContext<Object> context) {
		Object carrier = context.getCarrier();
		if (carrier != null) {
			this.headers.read((name) -> context.getGetter().get(carrier, name));
		}
	}

}
