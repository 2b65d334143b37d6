package dev.cairn.spring.tracing;

import java.util.function.Function;
import java.util.function.Supplier;

import dev.cairn.internal.Extensions;
import dev.cairn.spring.core.GuardedObservation;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

/**
 * Observes calls of clients for which neither they nor Spring have an observation.
 *
 * @param registry the registry
 * @param extensions isolates failures
 */
record ClientObservations(ObservationRegistry registry, LateBean<Extensions> extensions) {

	/** Starts an observation of a call whose headers are not known. */
	GuardedObservation start(String name, String span, KeyValue... keys) {
		return start(name, () -> {
			SenderContext<Object> context = new SenderContext<>((carrier, header, value) -> {
			}, Kind.CLIENT);
			context.setContextualName(span);
			for (KeyValue key : keys) {
				context.addLowCardinalityKeyValue(key);
			}
			return context;
		});
	}

	GuardedObservation start(String name, Supplier<Observation.Context> context) {
		GuardedObservation observation = guarded((guard) -> GuardedObservation.start(guard, name,
				() -> Observation.createNotStarted(name, context, this.registry)));
		return (observation != null) ? observation : GuardedObservation.NONE;
	}

	/**
	 * Observes a call, unless it comes while the beans that are required are created, or
	 * after they are destroyed.
	 * @param <T> the type of the result
	 * @param start starts the observation
	 * @return the result, or {@code null} if the call is not observed
	 */
	<T> @Nullable T guarded(Function<Extensions, @Nullable T> start) {
		Extensions guard = this.extensions.getIfAvailable();
		return (guard != null) ? start.apply(guard) : null;
	}

}
