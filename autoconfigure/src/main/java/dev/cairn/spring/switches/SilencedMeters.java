package dev.cairn.spring.switches;

import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.Observation;

/**
 * Takes the place of the handlers of meters for observations that have no meters.
 */
final class SilencedMeters implements MeterObservationHandler<Observation.Context> {

	@Override
	public boolean supportsContext(Observation.Context context) {
		return Instruments.isSilenced(context);
	}

}
