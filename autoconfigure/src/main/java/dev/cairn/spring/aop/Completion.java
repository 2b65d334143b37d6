package dev.cairn.spring.aop;

import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Knows when a call is over whose result comes later. Stateless.
 */
public interface Completion {

	/** The call is over when it returns. */
	Completion AT_ONCE = (result, start, end) -> {
		end.at(start, null, result, result);
		return result;
	};

	/** When the future is completed. The caller gets the very same one. */
	Completion OF_STAGE = (result, start, end) -> {
		if (result instanceof CompletionStage<?> stage) {
			stage.whenComplete((value, thrown) -> end.at(start, thrown, result, value));
		}
		else {
			end.at(start, null, result, result);
		}
		return result;
	};

	/**
	 * Return what fits the type that a method returns.
	 * @param type the type
	 * @return what knows when such a result is there
	 */
	static Completion of(Class<?> type) {
		if (CompletionStage.class.isAssignableFrom(type)) {
			return OF_STAGE;
		}
		if (ClassUtils.isPresent("reactor.core.publisher.Mono", Completion.class.getClassLoader())) {
			return ReactiveCompletion.of(type);
		}
		return AT_ONCE;
	}

	/**
	 * Whether a call begins only when somebody wants its result.
	 * @return {@code true} when each subscription is a call
	 */
	default boolean isLazy() {
		return false;
	}

	/**
	 * Have the end of a call recorded; whatever goes wrong, the caller gets its result.
	 * @param result what the method returned
	 * @param start when it was called, {@link System#nanoTime()}
	 * @param end is told, at once or later
	 * @return what the caller gets
	 */
	default @Nullable Object safely(@Nullable Object result, long start, End end) {
		try {
			return watch(result, start, end);
		}
		catch (RuntimeException ex) {
			Trouble.tell(ex);
			return result;
		}
	}

	/**
	 * Have the end of a call recorded.
	 * @param result what the method returned
	 * @param start when it was called, {@link System#nanoTime()}
	 * @param end is told, at once or later
	 * @return what the caller gets
	 */
	@Nullable Object watch(@Nullable Object result, long start, End end);

	/**
	 * Records the end of a call.
	 */
	@FunctionalInterface
	interface End {

		/**
		 * The call has ended.
		 * @param start when it began; a publisher begins when it is subscribed to
		 * @param thrown what it failed with
		 * @param result what the method returned
		 * @param value what came of it in the end: the result itself, or the value of a
		 * future or of a publisher of one; {@code null} without one
		 */
		void at(long start, @Nullable Throwable thrown, @Nullable Object result, @Nullable Object value);

		/**
		 * The subscriber of a publisher does not want to know any more.
		 * @param start when it began
		 * @param result what the method returned
		 */
		default void cancelled(long start, @Nullable Object result) {
			at(start, null, result, null);
		}

		/**
		 * A call begins whose result is wanted only now.
		 * @return when it began
		 */
		default long begin() {
			return System.nanoTime();
		}

	}

}
