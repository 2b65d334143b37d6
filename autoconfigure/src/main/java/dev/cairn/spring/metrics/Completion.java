package dev.cairn.spring.metrics;

import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Knows when a call is over whose result comes later. Stateless.
 */
interface Completion {

	/** The call is over when it returns. */
	Completion AT_ONCE = (result, start, end) -> {
		end.at(start, null, result);
		return result;
	};

	/** When the future is completed. The caller gets the very same one. */
	Completion OF_STAGE = (result, start, end) -> {
		if (result instanceof CompletionStage<?> stage) {
			stage.whenComplete((value, thrown) -> end.at(start, thrown, result));
		}
		else {
			end.at(start, null, result);
		}
		return result;
	};

	/**
	 * Return what fits the type that a method returns.
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

	/** Whether a call begins only when somebody wants its result. */
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
			Outcomes.failed("the end of a call", ex);
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
		 */
		void at(long start, @Nullable Throwable thrown, @Nullable Object result);

		/**
		 * A call begins whose result is wanted only now.
		 * @return when it began
		 */
		default long begin() {
			return System.nanoTime();
		}

	}

}
