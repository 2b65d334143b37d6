package dev.cairn.spring.aop;

import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;

/**
 * The completion of publishers. Each subscription is a call, which ends when the
 * publisher completes, fails or is cancelled. Stateless.
 */
final class ReactiveCompletion extends Calls.Completion {

	private final ReactiveAdapter adapter;

	private ReactiveCompletion(ReactiveAdapter adapter) {
		this.adapter = adapter;
	}

	static Calls.Completion ofPublisher(Class<?> type) {
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
		// A wrapped publisher has the type itself, and none of its subtypes
		return (adapter != null && adapter.getReactiveType() == type) ? new ReactiveCompletion(adapter) : AT_ONCE;
	}

	/** A flow becomes a {@link Flux}, anything else a {@link Mono}. */
	static Class<?> ofSuspending(Method method) {
		Class<?> result = ResolvableType.forMethodParameter(method, method.getParameterCount() - 1)
			.getGeneric(0)
			.resolve(Object.class);
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(result);
		return (adapter != null && adapter.isMultiValue()) ? Flux.class : Mono.class;
	}

	@Override
	public boolean isLazy() {
		return true;
	}

	@Override
	@Nullable Object watch(@Nullable Object result, long start, Calls.Listener listener) {
		if (result == null) {
			return AT_ONCE.watch(null, start, listener);
		}
		Publisher<?> publisher = this.adapter.toPublisher(result);
		return this.adapter.fromPublisher(this.adapter.isMultiValue() ? watched(Flux.from(publisher), result, listener)
				: watched(Mono.from(publisher), result, listener));
	}

	private static <T> Flux<T> watched(Flux<T> flux, Object result, Calls.Listener listener) {
		return Flux.defer(() -> {
			long begun = listener.begin();
			AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
			return flux.doOnError(failure::set)
				.doFinally((signal) -> end(signal, begun, failure.get(), result, null, listener));
		});
	}

	private static <T> Mono<T> watched(Mono<T> mono, Object result, Calls.Listener listener) {
		return Mono.defer(() -> {
			long begun = listener.begin();
			AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
			AtomicReference<@Nullable Object> value = new AtomicReference<>();
			return mono.doOnNext(value::set)
				.doOnError(failure::set)
				.doFinally((signal) -> end(signal, begun, failure.get(), result, value.get(), listener));
		});
	}

	/** A subscriber that cancels after the value has received the result. */
	private static void end(SignalType signal, long begun, @Nullable Throwable thrown, Object result,
			@Nullable Object value, Calls.Listener listener) {
		if (signal == SignalType.CANCEL && value == null) {
			listener.cancelled(begun, result);
		}
		else {
			listener.completed(begun, thrown, result, value);
		}
	}

}
