package dev.cairn;

import org.jspecify.annotations.Nullable;

/**
 * The view that a {@link Sampler} has of a message that is not built yet, or of a meter.
 */
public interface SamplingContext {

	/**
	 * Returns the kind of signal.
	 * @return the signal
	 */
	Signal signal();

	/**
	 * Returns the name.
	 * @return the type of a message, or the name of a meter
	 */
	String name();

	/**
	 * Returns the severity.
	 * @return the severity, which is informational for a meter
	 */
	Severity severity();

	/**
	 * Returns the reported failure.
	 * @return the failure, or {@code null} if there is none
	 */
	@Nullable Throwable thrown();

	/**
	 * Returns the value of a field or a tag.
	 * @param key the name; for a meter, {@code route} is the tag {@code uri}
	 * @return the value, not redacted, or {@code null} if there is none
	 */
	@Nullable Object field(String key);

	/**
	 * Returns the payload.
	 * @return the text; may be empty
	 */
	String payload();

	/**
	 * Returns the fraction that the call requests.
	 * @return 0 to 1, by default 1
	 */
	double requestedRate();

}
