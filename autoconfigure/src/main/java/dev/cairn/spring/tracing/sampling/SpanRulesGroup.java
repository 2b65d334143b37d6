package dev.cairn.spring.tracing.sampling;

import org.springframework.boot.micrometer.observation.autoconfigure.ObservationHandlerGroup;

/**
 * Registers the {@link SpanRules} before the handlers of the tracer.
 */
final class SpanRulesGroup implements ObservationHandlerGroup {

	@Override
	public Class<?> handlerType() {
		return SpanRules.class;
	}

	@Override
	public int compareTo(ObservationHandlerGroup other) {
		return (other instanceof SpanRulesGroup) ? 0 : -1;
	}

}
