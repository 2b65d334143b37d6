package dev.cairn.spring.tracing;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The registry of the application, which is asked for when it is used, since its handlers
 * may depend on the clients that are observed. Observes nothing until it is there.
 *
 * @param registry the registry
 */
record LateRegistry(LateBean<ObservationRegistry> registry) implements ObservationRegistry {

	private ObservationRegistry delegate() {
		ObservationRegistry known = this.registry.getIfAvailable();
		return (known != null) ? known : ObservationRegistry.NOOP;
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
