package dev.cairn.statsd;

import java.time.Duration;

/**
 * Options of a {@link StatsdRegistry}.
 *
 * @param flushInterval the interval at which the meters are written
 * @param samples the approximate number of samples that a timer or summary holds between
 * two flushes
 * @param packed whether several samples share a line, which only servers of Datadog's
 * flavor understand
 * @param capacity the number of bytes held while the server is away
 * @param expiry the time for which a packet is held while the server is away
 * @param closeTimeout the time that closing may take
 */
public record StatsdOptions(Duration flushInterval, int samples, boolean packed, int capacity, Duration expiry,
		Duration closeTimeout) {

	/** The default options. */
	public static final StatsdOptions DEFAULT = new StatsdOptions(Duration.ofSeconds(1), 131_072, false,
			4 * 1024 * 1024, Duration.ofMinutes(1), Duration.ofSeconds(1));

	/**
	 * Checks the values.
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

	/**
	 * Returns options with some values replaced.
	 * @param flushInterval the interval at which the meters are written
	 * @param packed whether several samples share a line
	 * @param closeTimeout the time that closing may take
	 * @return the new options
	 */
	public StatsdOptions with(Duration flushInterval, boolean packed, Duration closeTimeout) {
		return new StatsdOptions(flushInterval, this.samples, packed, this.capacity, this.expiry, closeTimeout);
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
