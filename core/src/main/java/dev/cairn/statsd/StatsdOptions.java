package dev.cairn.statsd;

import java.time.Duration;

/**
 * How meters are brought to StatsD.
 *
 * @param flushInterval how often what has added up is sent
 * @param samples how many samples a timer or summary holds between two flushes, about
 * @param packed whether several samples share a line; only Datadog's servers read that
 * @param capacity how many bytes of packets wait for a server that is away
 * @param expiry how long a packet waits for a server that is away
 * @param closeTimeout how long closing may take
 */
public record StatsdOptions(Duration flushInterval, int samples, boolean packed, int capacity, Duration expiry,
		Duration closeTimeout) {

	/** What suits most services. */
	public static final StatsdOptions DEFAULT = new StatsdOptions(Duration.ofSeconds(1), 131_072, false,
			4 * 1024 * 1024, Duration.ofMinutes(1), Duration.ofSeconds(1));

	/**
	 * Check the values.
	 */
	public StatsdOptions {
		requirePositive("flushInterval", flushInterval);
		requirePositive("expiry", expiry);
		requirePositive("samples", samples);
		requirePositive("capacity", capacity);
		if (closeTimeout.isNegative()) {
			throw new IllegalArgumentException("closeTimeout must not be negative, but was " + closeTimeout);
		}
	}

	private static void requirePositive(String name, Duration value) {
		if (value.isNegative() || value.isZero()) {
			throw new IllegalArgumentException(name + " must be positive, but was " + value);
		}
	}

	private static void requirePositive(String name, int value) {
		if (value < 1) {
			throw new IllegalArgumentException(name + " must be positive, but was " + value);
		}
	}

}
