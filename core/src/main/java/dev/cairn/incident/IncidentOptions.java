package dev.cairn.incident;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How failures are grouped, and how much is remembered of them.
 *
 * @param remembered how many throwables are known by identity, causes included
 * @param interval least time between two messages of one kind of failure; zero sends each
 * @param groups how many kinds of failure are told apart at a time; what comes beyond
 * shares one kind
 * @param quiet after this time without failures of a kind it is forgotten
 * @param textWait how long a failure that is known only by a text waits for the throwable
 * of which it tells
 * @param attemptsWait how long the message of a failed attempt waits for the last attempt
 * @param applicationPackages packages of the application's own classes; empty to take all
 * classes but those of the JDK and of well-known frameworks
 */
public record IncidentOptions(int remembered, Duration interval, int groups, Duration quiet, Duration textWait,
		Duration attemptsWait, List<String> applicationPackages) {

	/** What applies unless something else is said. */
	public static final IncidentOptions DEFAULT = new IncidentOptions(65_536, Duration.ofSeconds(1), 1000,
			Duration.ofMinutes(1), Duration.ofSeconds(2), Duration.ofMinutes(1), List.of());

	/**
	 * Checks the bounds.
	 * @throws IllegalArgumentException when one is not positive, or a time is negative
	 */
	public IncidentOptions {
		requirePositive("remembered", remembered);
		requirePositive("groups", groups);
		requireTime("interval", interval);
		requireTime("quiet", quiet);
		requireTime("textWait", textWait);
		requireTime("attemptsWait", attemptsWait);
		applicationPackages = List.copyOf(applicationPackages);
	}

	private static void requirePositive(String name, int value) {
		if (value < 1) {
			throw new IllegalArgumentException(name + " must be positive, but was " + value);
		}
	}

	private static void requireTime(String name, Duration value) {
		Objects.requireNonNull(value, () -> name + " must not be null");
		if (value.isNegative()) {
			throw new IllegalArgumentException(name + " must not be negative, but was " + value);
		}
	}

	/**
	 * Return these options with another number of throwables.
	 * @param remembered how many throwables are known by identity
	 * @return other options
	 */
	public IncidentOptions withRemembered(int remembered) {
		return new IncidentOptions(remembered, this.interval, this.groups, this.quiet, this.textWait, this.attemptsWait,
				this.applicationPackages);
	}

	/**
	 * Return these options with another interval.
	 * @param interval least time between two messages of one kind of failure
	 * @return other options
	 */
	public IncidentOptions withInterval(Duration interval) {
		return new IncidentOptions(this.remembered, interval, this.groups, this.quiet, this.textWait, this.attemptsWait,
				this.applicationPackages);
	}

}
