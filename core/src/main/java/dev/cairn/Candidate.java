package dev.cairn;

import org.jspecify.annotations.Nullable;

/**
 * A message that is not built yet, as the {@link Sampler} sees it.
 */
public interface Candidate {

	/**
	 * Return its type.
	 * @return the type
	 */
	String type();

	/**
	 * Return how severe it is.
	 * @return the severity
	 */
	Severity severity();

	/**
	 * Return what it reports.
	 * @return the failure; {@code null} when it reports none
	 */
	@Nullable Throwable thrown();

	/**
	 * Return one of its fields.
	 * @param key the name
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
