package dev.cairn.spring.context;

import dev.cairn.context.BoundContext;
import dev.cairn.redaction.Redactor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.transport.SenderContext;

/**
 * Adds the header of W3C Baggage to each observed request and record that is sent.
 */
final class BaggageSender implements ObservationHandler<SenderContext<Object>> {

	private final BoundContext context;

	private final Redactor redactor;

	BaggageSender(BoundContext context, Redactor redactor) {
		this.context = context;
		this.redactor = redactor;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof SenderContext<?>;
	}

	@Override
	public void onStart(SenderContext<Object> context) {
		Object carrier = context.getCarrier();
		String baggage = this.context.baggage(this.redactor::redact);
		if (carrier != null && baggage != null) {
			context.getSetter().set(carrier, BoundContext.BAGGAGE, baggage);
		}
	}

}
