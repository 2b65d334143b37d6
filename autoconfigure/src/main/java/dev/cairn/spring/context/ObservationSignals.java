package dev.cairn.spring.context;

import java.time.Duration;

import dev.cairn.context.SignalListener;
import dev.cairn.context.Signals;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;

/**
 * Reports the end of each observation to the {@link SignalListener signal listeners}.
 * Without a listener, it supports no observation.
 */
final class ObservationSignals implements ObservationHandler<Observation.Context> {

	private final Signals signals;

	ObservationSignals(Signals signals) {
		this.signals = signals;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return this.signals.isActive(Signals.Kind.OBSERVATION_ENDED);
	}

	@Override
	public void onStart(Observation.Context context) {
		context.put(ObservationSignals.class, System.nanoTime());
	}

	@Override
	public void onStop(Observation.Context context) {
		Long start = context.get(ObservationSignals.class);
		String name = context.getName();
		if (start != null && name != null) {
			Duration duration = Duration.ofNanos(System.nanoTime() - start);
			this.signals.report(Signals.Kind.OBSERVATION_ENDED,
					(listener, unit) -> listener.observationEnded(name, duration, context.getError(), unit));
		}
	}

}
