package dev.cairn.spring.context;

import dev.cairn.Cairn;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;

import org.springframework.scheduling.support.ScheduledTaskObservationContext;

/**
 * Captures exceptions of {@code @Scheduled} methods while their span is still open.
 */
final class ScheduledErrors implements ObservationHandler<ScheduledTaskObservationContext> {

	private final Cairn cairn;

	ScheduledErrors(Cairn cairn) {
		this.cairn = cairn;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof ScheduledTaskObservationContext;
	}

	@Override
	public void onError(ScheduledTaskObservationContext context) {
		Throwable thrown = context.getError();
		if (thrown == null) {
			return;
		}
		String errorId = this.cairn.capture(thrown, (report) -> report.field("scheduled_method",
				context.getTargetClass().getName() + "#" + context.getMethod().getName()));
		if (errorId != null) {
			context.addHighCardinalityKeyValue(KeyValue.of(SpanMarker.TAG, errorId));
		}
	}

}
