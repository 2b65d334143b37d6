package dev.cairn.spring.context;

import dev.cairn.context.UnitOfWork;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Propagates the current unit of work wherever Micrometer's context propagation is used,
 * such as by executors with a context-propagating task decorator and by Reactor.
 */
final class UnitOfWorkAccessor implements ThreadLocalAccessor<UnitOfWork> {

	/** The key of the unit of work in a context. */
	static final String KEY = "cairn.unit-of-work";

	/** Registers the accessor. There is one registry for the whole process. */
	UnitOfWorkAccessor register() {
		ContextRegistry.getInstance().registerThreadLocalAccessor(this);
		return this;
	}

	@Override
	public Object key() {
		return KEY;
	}

	@Override
	public @Nullable UnitOfWork getValue() {
		return UnitOfWork.current();
	}

	@Override
	public void setValue(UnitOfWork unit) {
		UnitOfWork.setCurrent(unit);
	}

	@Override
	public void setValue() {
		UnitOfWork.setCurrent(null);
	}

}
