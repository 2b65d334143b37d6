package dev.cairn.spring.context.propagation;

import java.util.concurrent.RunnableScheduledFuture;

import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Decorates the tasks of a {@link ThreadPoolTaskScheduler}, except for repeated ones:
 * they would keep the context of their caller forever.
 */
record ScheduledTaskDecorator(TaskDecorator delegate) implements TaskDecorator {

	private static final StackWalker WALKER = StackWalker.getInstance();

	private static final int MAX_FRAMES = 16;

	private static final String TRIGGERED = "org.springframework.scheduling.concurrent.ReschedulingRunnable";

	@Override
	public Runnable decorate(Runnable task) {
		boolean repeated = (task instanceof RunnableScheduledFuture<?> future && future.isPeriodic()) || isTriggered();
		return repeated ? task : this.delegate.decorate(task);
	}

	/** The task of a trigger schedules itself again after each run. */
	private static boolean isTriggered() {
		return WALKER.walk((frames) -> frames.limit(MAX_FRAMES)
			.anyMatch((frame) -> frame.getClassName().equals(TRIGGERED) && frame.getMethodName().equals("schedule")));
	}

}
