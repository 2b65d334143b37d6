package dev.cairn.incident;

import java.time.Duration;

/**
 * The bounds on what is remembered of failures, and for how long.
 *
 * @param throwables the number of throwables that are recognized by identity
 * @param kinds the number of kinds of failures that are distinguished at a time
 * @param quiet the time without failures after which a kind is forgotten
 * @param textWait the time for which a failure without a throwable waits for one
 * @param retryWait the time for which a failed attempt waits for the last attempt
 */
record IncidentLimits(int throwables, int kinds, Duration quiet, Duration textWait, Duration retryWait) {

	static final IncidentLimits DEFAULT = new IncidentLimits(65_536, 1000, Duration.ofMinutes(1), Duration.ofSeconds(2),
			Duration.ofMinutes(1));

	IncidentLimits {
		if (throwables < 1 || kinds < 1) {
			throw new IllegalArgumentException("limits must be positive");
		}
	}

}
