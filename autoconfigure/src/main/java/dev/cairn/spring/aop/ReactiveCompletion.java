package dev.cairn.spring.aop;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;

/**
 * A publisher begins when it is subscribed to, each time anew, and ends when it
 * completes, fails or is cancelled. Stateless.
 */
final class ReactiveCompletion implements Completion {

	private final ReactiveAdapter adapter;

	private ReactiveCompletion(ReactiveAdapter adapter) {
		this.adapter = adapter;
	}

	static Completion of(Class<?> type) {
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
		// What is wrapped is a plain one again, which is none of its subtypes
		return (adapter != null && adapter.getReactiveType() == type) ? new ReactiveCompletion(adapter) : AT_ONCE;
	}

	@Override
	public boolean isLazy() {
		return true;
	}

	@Override
	public @Nullable Object watch(@Nullable Object result, long start, End end) {
		if (result == null) {
			end.at(start, null, null, null);
			return null;
		}
		Publisher<?> publisher = this.adapter.toPublisher(result);
		return this.adapter.fromPublisher(this.adapter.isMultiValue() ? watched(Flux.from(publisher), result, end)
				: watched(Mono.from(publisher), result, end));
	}

	private static <T> Flux<T> watched(Flux<T> flux, Object result, End end) {
		return Flux.defer(() -> {
			long begun = end.begin();
			AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
			return flux.doOnError(failure::set)
				.doFinally((signal) -> end(signal, begun, failure.get(), result, null, end));
		});
	}

	private static <T> Mono<T> watched(Mono<T> mono, Object result, End end) {
		return Mono.defer(() -> {
			long begun = end.begin();
			AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
			AtomicReference<@Nullable Object> value = new AtomicReference<>();
			return mono.doOnNext(value::set)
				.doOnError(failure::set)
				.doFinally((signal) -> end(signal, begun, failure.get(), result, value.get(), end));
		});
	}

	/** Who cancels when the value is there has got what was wanted. */
	private static void end(SignalType signal, long begun, @Nullable Throwable thrown, Object result,
			@Nullable Object value, End end) {
		if (signal == SignalType.CANCEL && value == null) {
			end.cancelled(begun, result);
		}
		else {
			end.at(begun, thrown, result, value);
		}
	}

}
