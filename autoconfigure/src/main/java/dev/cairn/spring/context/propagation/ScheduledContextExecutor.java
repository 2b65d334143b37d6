package dev.cairn.spring.context.propagation;

import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.micrometer.context.ContextExecutorService;
import io.micrometer.context.ContextSnapshot;

/**
 * Passes the context of the caller on to the tasks of a scheduled executor, except for
 * repeated ones: they would keep the context of their caller forever.
 */
final class ScheduledContextExecutor extends ContextExecutorService<ScheduledExecutorService>
		implements ScheduledExecutorService {

	ScheduledContextExecutor(ScheduledExecutorService executor, Supplier<ContextSnapshot> snapshots) {
		super(executor, snapshots);
	}

	/** The task of a Spring trigger is a future, and schedules itself again. */
	@Override
	public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
		return getExecutorService()
			.schedule((command instanceof ScheduledFuture<?>) ? command : capture().wrap(command), delay, unit);
	}

	@Override
	public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
		return getExecutorService().schedule(capture().wrap(callable), delay, unit);
	}

	@Override
	public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
		return getExecutorService().scheduleAtFixedRate(command, initialDelay, period, unit);
	}

	@Override
	public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
		return getExecutorService().scheduleWithFixedDelay(command, initialDelay, delay, unit);
	}

}
