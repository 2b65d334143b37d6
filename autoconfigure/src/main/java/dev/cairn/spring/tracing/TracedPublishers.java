package dev.cairn.spring.tracing;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import dev.cairn.spring.aop.Calls;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;

/**
 * Records each subscription to a reactive result as a span, which is the parent of those
 * that begin upstream. Stateless.
 */
final class TracedPublishers {

	private static final Calls.Completion FLUX = Calls.Completion.of(Flux.class);

	private static final Calls.Completion MONO = Calls.Completion.of(Mono.class);

	private TracedPublishers() {
	}

	/**
	 * Returns the publisher for the caller.
	 * @param start starts a span within the observation of the subscriber, if it has one
	 */
	static Object traced(TracedMethod method, Object result,
			Function<@Nullable Observation, @Nullable TracedSpan> start) {
		ReactiveAdapter adapter = Objects.requireNonNull(
				ReactiveAdapterRegistry.getSharedInstance().getAdapter(Calls.returnType(method.signature().method())));
		Publisher<?> publisher = adapter.toPublisher(result);
		return adapter.fromPublisher(
				adapter.isMultiValue() ? traced(Flux.from(publisher), start) : traced(Mono.from(publisher), start));
	}

	private static <T> Flux<T> traced(Flux<T> flux, Function<@Nullable Observation, @Nullable TracedSpan> start) {
		return Flux.deferContextual((context) -> {
			TracedSpan span = start.apply(parent(context));
			return (span != null) ? watched(FLUX, flux, span).contextWrite(within(span)) : flux;
		});
	}

	private static <T> Mono<T> traced(Mono<T> mono, Function<@Nullable Observation, @Nullable TracedSpan> start) {
		return Mono.deferContextual((context) -> {
			TracedSpan span = start.apply(parent(context));
			return (span != null) ? watched(MONO, mono, span).contextWrite(within(span)) : mono;
		});
	}

	/** The completion returns a publisher of the same type. */
	@SuppressWarnings("unchecked")
	private static <P extends Publisher<?>> P watched(Calls.Completion completion, P publisher, TracedSpan span) {
		return (P) Objects.requireNonNull(completion.safely(publisher, 0, span));
	}

	private static UnaryOperator<Context> within(TracedSpan span) {
		return (context) -> context.put(ObservationThreadLocalAccessor.KEY, span.observation());
	}

	private static @Nullable Observation parent(ContextView context) {
		return context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
	}

}
