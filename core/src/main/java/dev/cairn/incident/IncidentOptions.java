package dev.cairn.incident;

import java.time.Duration;
import java.util.Objects;

/**
 * How failures of the same kind are grouped.
 *
 * @param burst the number of failures of a kind per minute that are each sent on their
 * own; zero groups from the second failure on
 * @param interval the minimum time between two messages of a kind once its burst is used
 * up; zero sends each failure on its own
 */
public record IncidentOptions(int burst, Duration interval) {

	/** Ten failures of a kind per minute, then at most one message per second. */
	public static final IncidentOptions DEFAULT = new IncidentOptions(10, Duration.ofSeconds(1));

	/**
	 * Checks the bounds.
	 * @throws IllegalArgumentException if a value is negative
	 */
	public IncidentOptions {
		Objects.requireNonNull(interval, "interval must not be null");
		if (burst < 0) {
			throw new IllegalArgumentException("burst must not be negative, but was " + burst);
		}
		if (interval.isNegative()) {
			throw new IllegalArgumentException("interval must not be negative, but was " + interval);
		}
	}

}
