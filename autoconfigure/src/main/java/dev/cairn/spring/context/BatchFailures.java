package dev.cairn.spring.context;

import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.partition.PartitionStep;
import org.springframework.batch.core.scope.context.JobContext;
import org.springframework.batch.core.scope.context.JobSynchronizationManager;
import org.springframework.batch.core.scope.context.StepContext;
import org.springframework.batch.core.scope.context.StepSynchronizationManager;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.job.JobStep;

/**
 * Describes the failures of a job of Spring Batch, without its parameters, which may be
 * confidential. A step that fails because steps within it have failed is no failure of
 * its own, and neither is a job that is stopped.
 */
final class BatchFailures implements IncidentEnricher, Failure.Exclusion {

	/** Returns the execution of the step that the calling thread works on. */
	static @Nullable StepExecution step() {
		StepContext context = StepSynchronizationManager.getContext();
		return (context != null) ? context.getStepExecution() : null;
	}

	/** Returns the execution of the job that the calling thread works on. */
	static @Nullable JobExecution job() {
		// Not annotated as nullable, though it is
		@Nullable JobContext context = JobSynchronizationManager.getContext();
		return (context != null) ? context.getJobExecution() : null;
	}

	@Override
	public void enrich(Failure failure, Event report) {
		StepExecution step = step();
		JobExecution job = (step != null) ? step.getJobExecution() : job();
		if (job == null) {
			return;
		}
		report.field("batch_job", job.getJobInstance().getJobName()).field("batch_execution", job.getId());
		if (step != null) {
			report.field("batch_step", step.getStepName());
		}
	}

	@Override
	public boolean excludes(Throwable thrown, int status) {
		return thrown instanceof JobInterruptedException || isThrownBy(JobStep.class, thrown)
				|| (isThrownBy(PartitionStep.class, thrown) && hasFailedPartition());
	}

	/** The exception of such a step reports that others have failed, and has no cause. */
	private static boolean isThrownBy(Class<?> step, Throwable thrown) {
		StackTraceElement[] frames = Throwables.frames(thrown);
		return Throwables.cause(thrown) == null && frames.length > 0 && frames[0].getClassName().equals(step.getName());
	}

	/** The exceptions of partitions that other processes work on are not known here. */
	private static boolean hasFailedPartition() {
		StepExecution manager = step();
		return manager != null && manager.getJobExecution()
			.getStepExecutions()
			.stream()
			.anyMatch((each) -> each != manager && !each.getFailureExceptions().isEmpty());
	}

}
