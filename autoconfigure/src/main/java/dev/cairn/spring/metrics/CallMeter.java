package dev.cairn.spring.metrics;

import java.util.function.Function;

import dev.cairn.internal.WarnOnce;
import dev.cairn.metrics.MeterHandles;
import dev.cairn.spring.aop.Calls;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the calls of a method for one annotation, around the other annotations of the
 * method. Thread-safe.
 *
 * @param <M> the type of the meter
 */
abstract class CallMeter<M extends Meter> {

	/** The name of the exception of a call without one, as in Micrometer. */
	static final String NO_EXCEPTION = "none";

	private static final Logger logger = LoggerFactory.getLogger(CallMeter.class);

	private final WarnOnce problems = new WarnOnce(logger);

	private final String description;

	private final Calls.Completion completion;

	private final @Nullable CallMeter<?> inner;

	/** Creates the handle of the meter for an exception, or for none. */
	private final Function<String, MeterHandles.Handle<M>> factory;

	private final MeterHandles.Handle<M> success;

	CallMeter(String description, MeteredMethod method, @Nullable CallMeter<?> inner,
			Function<String, MeterHandles.Handle<M>> factory) {
		this.description = description;
		this.completion = method.completion();
		this.inner = inner;
		this.factory = factory;
		this.success = factory.apply(NO_EXCEPTION);
	}

	final @Nullable Object call(MethodInvocation invocation) throws Throwable {
		if (!this.success.isOn()) {
			return proceed(invocation);
		}
		long start = begin();
		Object result;
		try {
			result = proceed(invocation);
		}
		catch (Throwable ex) {
			complete(start, ex.getClass().getSimpleName(), invocation, null);
			throw ex;
		}
		if (this.completion == Calls.Completion.AT_ONCE) {
			complete(start, NO_EXCEPTION, invocation, result);
			return result;
		}
		if (this.completion.isLazy()) {
			discard(start);
		}
		return this.completion.safely(result, start, new Completion(invocation));
	}

	private @Nullable Object proceed(MethodInvocation invocation) throws Throwable {
		return (this.inner != null) ? this.inner.call(invocation) : invocation.proceed();
	}

	private void complete(long start, String exception, MethodInvocation invocation, @Nullable Object result) {
		try {
			end(start, exception, invocation, result);
		}
		catch (RuntimeException ex) {
			warn(ex);
		}
	}

	private void warn(RuntimeException ex) {
		this.problems.warn(this.description, () -> this.description + " is not recorded: " + ex);
	}

	/** Returns a meter, or {@code null} if it is off or cannot be registered. */
	final @Nullable M meter(String exception) {
		try {
			return (NO_EXCEPTION.equals(exception) ? this.success : this.factory.apply(exception)).meter();
		}
		catch (RuntimeException ex) {
			warn(ex);
			return null;
		}
	}

	/** Called when a call begins; returns what identifies it at its end. */
	abstract long begin();

	/** Called if a call that has begun only returns what begins with a subscription. */
	void discard(long start) {
	}

	/** Called when a call has completed. */
	abstract void end(long start, String exception, MethodInvocation invocation, @Nullable Object result);

	/**
	 * A method with annotations.
	 */
	record MeteredMethod(MeterHandles handles, Tags tags, Calls.Completion completion,
			@Nullable MeterTagHandlers tagHandlers) {
	}

	/**
	 * Completes calls whose result comes later.
	 */
	private final class Completion implements Calls.Listener {

		private final MethodInvocation invocation;

		Completion(MethodInvocation invocation) {
			this.invocation = invocation;
		}

		@Override
		public long begin() {
			return CallMeter.this.begin();
		}

		@Override
		public void completed(long start, @Nullable Throwable thrown, @Nullable Object result, @Nullable Object value) {
			Throwable failure = (thrown != null && thrown.getCause() != null) ? thrown.getCause() : thrown;
			complete(start, (failure != null) ? failure.getClass().getSimpleName() : NO_EXCEPTION, this.invocation,
					result);
		}

	}

}
