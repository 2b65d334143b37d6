package dev.cairn;

import org.jspecify.annotations.Nullable;

/**
 * A message that is not built yet, or a meter, as the {@link Sampler} sees it.
 */
public interface SamplingContext {

	/**
	 * Return what kind of telemetry it is.
	 * @return the signal
	 */
	Signal signal();

	/**
	 * Return its name.
	 * @return the type of a message, or the name of a meter
	 */
	String name();

	/**
	 * Return how severe it is.
	 * @return the severity; informational for a meter
	 */
	Severity severity();

	/**
	 * Return what it reports.
	 * @return the failure; {@code null} when it reports none
	 */
	@Nullable Throwable thrown();

	/**
	 * Return one of its fields, or the value of a tag.
	 * @param key the name; a meter has as {@code route} what its tag {@code uri} says
	 * @return the value as the caller gave it, not redacted; {@code null} without one
	 */
	@Nullable Object field(String key);

	/**
	 * Return the payload.
	 * @return the text; may be empty
	 */
	String payload();

	/**
	 * Return the fraction that the call asks for.
	 * @return 0 to 1; 1 unless given
	 */
	double requestedRate();

}
