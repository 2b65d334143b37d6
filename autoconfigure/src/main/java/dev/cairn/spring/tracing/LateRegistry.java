package dev.cairn.spring.tracing;

import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeansException;

/**
 * The registry of the application, which is asked for when it is used, since its handlers
 * may depend on the clients that are observed. Observes nothing until it is there.
 *
 * @param registry finds the registry
 */
record LateRegistry(Supplier<ObservationRegistry> registry) implements ObservationRegistry {

	private ObservationRegistry delegate() {
		try {
			return this.registry.get();
		}
		catch (BeansException ex) {
			return ObservationRegistry.NOOP;
		}
	}

	@Override
	public @Nullable Observation getCurrentObservation() {
		return delegate().getCurrentObservation();
	}

	@Override
	public Observation.@Nullable Scope getCurrentObservationScope() {
		return delegate().getCurrentObservationScope();
	}

	@Override
	public void setCurrentObservationScope(Observation.@Nullable Scope current) {
		delegate().setCurrentObservationScope(current);
	}

	@Override
	public ObservationConfig observationConfig() {
		return delegate().observationConfig();
	}

	@Override
	public boolean isNoop() {
		return delegate().isNoop();
	}

}
