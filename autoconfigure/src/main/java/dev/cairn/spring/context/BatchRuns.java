package dev.cairn.spring.context;

import java.util.List;
import java.util.function.Function;

import dev.cairn.Cairn;
import dev.cairn.MessageFields;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Throwables;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.step.StepExecution;

/**
 * Makes each execution of a job and of a step of Spring Batch a unit of work, and
 * captures its exceptions. Spring Batch closes the scope of its observation before it
 * logs the failure and calls the listeners, so the work stays open until it stops.
 */
final class BatchRuns extends ObservedWork<Observation.Context> {

	private static final String JOB = "spring.batch.job";

	private static final String STEP = "spring.batch.step";

	private final Cairn cairn;

	private final Incidents incidents;

	private final Signals signals;

	private final boolean capturing;

	BatchRuns(Cairn cairn, Incidents incidents, Signals signals, boolean capturing,
			Function<Observation.Context, @Nullable Trace> traces) {
		super(traces);
		this.cairn = cairn;
		this.incidents = incidents;
		this.signals = signals;
		this.capturing = capturing;
	}

	/** The observations have no context of their own. */
	@Override
	public boolean supportsContext(Observation.Context context) {
		return JOB.equals(context.getName()) || STEP.equals(context.getName());
	}

	/**
	 * A job that another thread runs may begin when the work that started it has ended.
	 */
	@Override
	UnitOfWork prepare(Observation.Context context) {
		return this.signals.prepareCaused(UnitOfWork.Kind.TASK,
				isStep(context) ? value(context, STEP + ".job.name") + "." + value(context, STEP + ".name")
						: value(context, JOB + ".name"));
	}

	private static boolean isStep(Observation.Context context) {
		return STEP.equals(context.getName());
	}

	private static String value(Observation.Context context, String key) {
		KeyValue value = context.getLowCardinalityKeyValue(key);
		return (value != null) ? value.getValue() : KeyValue.NONE_VALUE;
	}

	@Override
	boolean staysOpen() {
		return true;
	}

	/**
	 * The error of the observation only contains the text of the exceptions. Most of them
	 * were captured when they were logged.
	 */
	@Override
	public void onError(Observation.Context context) {
		UnitOfWork unit = unit(context);
		if (unit == null || !this.capturing) {
			return;
		}
		for (Throwable thrown : exceptions(context)) {
			String errorId = this.incidents.isFailure(thrown) ? this.cairn.capture(Throwables.unwrap(thrown),
					(report) -> report.trace(unit.trace()).field(MessageFields.HANDLED, false)) : null;
			if (errorId != null) {
				context.addHighCardinalityKeyValue(KeyValue.of(SpanMarker.TAG, errorId));
			}
		}
	}

	private static List<Throwable> exceptions(Observation.Context context) {
		if (isStep(context)) {
			StepExecution step = BatchFailures.step();
			return (step != null) ? step.getFailureExceptions() : List.of();
		}
		JobExecution job = BatchFailures.job();
		return (job != null) ? job.getFailureExceptions() : List.of();
	}

	/** The failure of a step is none of the observation of its job. */
	@Override
	UnitOfWork.Outcome outcome(Observation.Context context) {
		BatchStatus status = status(context);
		if (status == null) {
			return super.outcome(context);
		}
		if (status.isUnsuccessful()) {
			return UnitOfWork.Outcome.FAILURE;
		}
		return (status == BatchStatus.STOPPED || status == BatchStatus.STOPPING) ? UnitOfWork.Outcome.ABORTED
				: UnitOfWork.Outcome.SUCCESS;
	}

	private static @Nullable BatchStatus status(Observation.Context context) {
		if (isStep(context)) {
			StepExecution step = BatchFailures.step();
			return (step != null) ? step.getStatus() : null;
		}
		JobExecution job = BatchFailures.job();
		return (job != null) ? job.getStatus() : null;
	}

}
