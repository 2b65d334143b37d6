package dev.cairn.spring.context;

import java.util.function.Function;

import dev.cairn.Cairn;
import dev.cairn.MessageFields;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.incident.Incidents;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.ScheduledTaskObservationContext;

/**
 * Makes each run of a {@code @Scheduled} method a unit of work, and captures its
 * exception. At that time the span of the run is open, but no longer the active one.
 */
final class ScheduledRuns extends ObservedWork<ScheduledTaskObservationContext> {

	private final Cairn cairn;

	private final Incidents incidents;

	private final Signals signals;

	private final boolean capturing;

	ScheduledRuns(Cairn cairn, Incidents incidents, Signals signals, boolean capturing,
			Function<Observation.Context, @Nullable Trace> traces) {
		super(traces);
		this.cairn = cairn;
		this.incidents = incidents;
		this.signals = signals;
		this.capturing = capturing;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof ScheduledTaskObservationContext;
	}

	@Override
	UnitOfWork prepare(ScheduledTaskObservationContext context) {
		return this.signals.prepare(UnitOfWork.Kind.TASK, nameOf(context), (header) -> null);
	}

	private static String nameOf(ScheduledTaskObservationContext context) {
		return context.getTargetClass().getName() + "#" + context.getMethod().getName();
	}

	@Override
	public void onError(ScheduledTaskObservationContext context) {
		Throwable thrown = context.getError();
		UnitOfWork unit = unit(context);
		if (thrown == null || unit == null || !this.capturing || !this.incidents.isFailure(thrown)) {
			return;
		}
		String errorId;
		try (UnitOfWork.Scope scope = unit.open()) {
			errorId = this.cairn.capture(thrown,
					(report) -> report.trace(unit.trace())
						.field("scheduled_method", nameOf(context))
						.field(MessageFields.HANDLED, false));
		}
		if (errorId != null) {
			context.addHighCardinalityKeyValue(KeyValue.of(SpanMarker.TAG, errorId));
		}
	}

}
