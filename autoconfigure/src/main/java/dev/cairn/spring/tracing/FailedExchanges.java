package dev.cairn.spring.tracing;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.transport.RequestReplyReceiverContext;
import io.micrometer.observation.transport.RequestReplySenderContext;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import org.jspecify.annotations.Nullable;

/**
 * Marks the span of a request that was answered with a status of 500 and above, unless an
 * exception has already marked it.
 */
final class FailedExchanges implements ObservationHandler<Observation.Context> {

	private static final String STATUS = "status";

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof RequestReplyReceiverContext<?, ?>
				|| context instanceof RequestReplySenderContext<?, ?>;
	}

	@Override
	public void onError(Observation.Context context) {
		context.put(FailedExchanges.class, true);
	}

	@Override
	public void onStop(Observation.Context context) {
		TracingContext tracing = context.get(TracingContext.class);
		Span span = (tracing != null) ? tracing.getSpan() : null;
		if (span != null && !context.containsKey(FailedExchanges.class)) {
			String status = status(context.getLowCardinalityKeyValue(STATUS));
			if (status != null) {
				Throwable handled = context.getError();
				span.error((handled != null) ? handled : new FailedStatus(status));
			}
		}
	}

	/** Returns the status if it is that of a failure. */
	private static @Nullable String status(@Nullable KeyValue status) {
		return (status != null && status.getValue().startsWith("5")) ? status.getValue() : null;
	}

	/**
	 * Stands for an exception that is not known here.
	 */
	static final class FailedStatus extends RuntimeException {

		private static final long serialVersionUID = 1L;

		FailedStatus(String status) {
			super("HTTP status " + status, null, false, false);
		}

	}

}
