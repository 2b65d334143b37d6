package dev.cairn.spring.aop;

import java.util.concurrent.CompletionStage;

import dev.cairn.internal.WarnOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

import org.springframework.util.ClassUtils;

/**
 * Determines when a call whose result may come later has completed. Stateless.
 */
public abstract class CallCompletion {

	/** The call completes when it returns. */
	public static final CallCompletion AT_ONCE = new CallCompletion() {

		@Override
		@Nullable Object watch(@Nullable Object result, long start, CallListener listener) {
			listener.completed(start, null, result, result);
			return result;
		}

	};

	/** The call completes with the future. The caller gets the original future. */
	private static final CallCompletion OF_STAGE = new CallCompletion() {

		@Override
		@Nullable Object watch(@Nullable Object result, long start, CallListener listener) {
			if (!(result instanceof CompletionStage<?> stage)) {
				return AT_ONCE.watch(result, start, listener);
			}
			stage.whenComplete((value, thrown) -> listener.completed(start, thrown, result, value));
			return result;
		}

	};

	private static final WarnOnce WARNINGS = new WarnOnce(LoggerFactory.getLogger(CallCompletion.class));

	/**
	 * Returns the completion of methods with a return type.
	 * @param type the return type
	 * @return the completion
	 */
	public static CallCompletion of(Class<?> type) {
		if (CompletionStage.class.isAssignableFrom(type)) {
			return OF_STAGE;
		}
		if (ClassUtils.isPresent("reactor.core.publisher.Mono", CallCompletion.class.getClassLoader())) {
			return ReactiveCompletion.ofPublisher(type);
		}
		return AT_ONCE;
	}

	/**
	 * Returns whether a call begins with a subscription to its result.
	 * @return {@code true} if each subscription is a call
	 */
	public boolean isLazy() {
		return false;
	}

	/**
	 * Reports the completion of a call. The caller gets its result even if the listener
	 * fails.
	 * @param result the result of the method
	 * @param start the start of the call, {@link System#nanoTime()}
	 * @param listener the listener to call, at once or later
	 * @return the result for the caller
	 */
	public final @Nullable Object safely(@Nullable Object result, long start, CallListener listener) {
		try {
			return watch(result, start, listener);
		}
		catch (RuntimeException ex) {
			WARNINGS.warn("completion", "Failed to record the completion of a call: " + ex);
			return result;
		}
	}

	abstract @Nullable Object watch(@Nullable Object result, long start, CallListener listener);

	/**
	 * Receives the completion of calls.
	 */
	@FunctionalInterface
	public interface CallListener {

		/**
		 * Called when a call has completed.
		 * @param start the start of the call; that of a publisher is its subscription
		 * @param thrown the failure, {@code null} if the call succeeded
		 * @param result the result of the method
		 * @param value the value of the future or of the single-value publisher, or else
		 * the result; {@code null} if there is none
		 */
		void completed(long start, @Nullable Throwable thrown, @Nullable Object result, @Nullable Object value);

		/**
		 * Called when the subscriber of a publisher has cancelled.
		 * @param start the start of the call
		 * @param result the result of the method
		 */
		default void cancelled(long start, @Nullable Object result) {
			completed(start, null, result, null);
		}

		/**
		 * Called when a call begins with a subscription.
		 * @return the start of the call
		 */
		default long begin() {
			return System.nanoTime();
		}

	}

}
