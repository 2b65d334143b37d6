package dev.cairn.spring.context;

import dev.cairn.context.ThreadContext;
import io.micrometer.context.ThreadLocalAccessor;

/**
 * Propagates the current unit of work and what is bound there wherever Micrometer's
 * context propagation is used, such as by executors with a context-propagating task
 * decorator and by Reactor.
 */
final class ThreadContextAccessor implements ThreadLocalAccessor<ThreadContext.Snapshot> {

	@Override
	public Object key() {
		return ThreadContext.KEY;
	}

	/** Never {@code null}, so that what a task binds is unbound at its end. */
	@Override
	public ThreadContext.Snapshot getValue() {
		return ThreadContext.capture();
	}

	@Override
	public void setValue(ThreadContext.Snapshot value) {
		ThreadContext.enter(value);
	}

	/** A thread without a context for as long as the task runs. */
	@Override
	public void setValue() {
		ThreadContext.enter(ThreadContext.Snapshot.EMPTY);
	}

	@Override
	public void restore(ThreadContext.Snapshot previousValue) {
		ThreadContext.restore(previousValue);
	}

	@Override
	public void restore() {
		ThreadContext.restore(ThreadContext.Snapshot.EMPTY);
	}

}
