package dev.cairn.metrics;

import dev.cairn.Sampler;
import dev.cairn.Sampler.Signal;
import dev.cairn.Severity;
import io.micrometer.core.instrument.Meter;
import org.jspecify.annotations.Nullable;

/**
 * A meter as seen by the sampler.
 */
record MeterCandidate(Meter.Id id, Signal signal) implements Sampler.Candidate {

	/** Returns a candidate, or {@code null} if meters of its kind are not sampled. */
	static @Nullable MeterCandidate of(Meter.Id id) {
		return switch (id.getType()) {
			case TIMER, DISTRIBUTION_SUMMARY, LONG_TASK_TIMER -> new MeterCandidate(id, Signal.TIMER);
			case COUNTER -> new MeterCandidate(id, Signal.COUNTER);
			default -> null;
		};
	}

	@Override
	public String name() {
		return this.id.getName();
	}

	@Override
	public Severity severity() {
		return Severity.INFORMATIONAL;
	}

	@Override
	public @Nullable Throwable thrown() {
		return null;
	}

	@Override
	public @Nullable Object field(String key) {
		String value = this.id.getTag(key);
		return (value == null && "route".equals(key)) ? this.id.getTag("uri") : value;
	}

	@Override
	public String payload() {
		return "";
	}

	@Override
	public double requestedRate() {
		return 1;
	}

}
