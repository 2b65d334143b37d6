package dev.cairn;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * One message on its way: what a caller says between {@link Cairn#event(String)} and
 * {@link #publish()}. For one thread, published once.
 */
public interface Event {

	/**
	 * Set a field; a key that was set before takes the new value. The names of the
	 * envelope are kept under {@code field_<key>}.
	 * @param key the name
	 * @param value any value; what is no JSON value is kept as its text
	 * @return this
	 */
	Event field(String key, @Nullable Object value);

	/**
	 * Set several fields. The map is read at this call and not changed.
	 * @param fields values by name
	 * @return this
	 */
	Event fields(Map<String, ?> fields);

	/**
	 * Set what kind of data it is.
	 * @param category the category
	 * @return this
	 */
	Event category(Category category);

	/**
	 * Set how severe it is; informational unless given.
	 * @param severity the severity
	 * @return this
	 */
	Event severity(Severity severity);

	/**
	 * Set the payload.
	 * @param payload free text, or JSON
	 * @return this
	 */
	Event payload(String payload);

	/**
	 * Set who speaks; the service unless given.
	 * @param logger a name
	 * @return this
	 */
	Event logger(String logger);

	/**
	 * Set when it happened; the time of the call unless given.
	 * @param timestamp the time
	 * @return this
	 * @throws IllegalArgumentException when RFC 3339 cannot express it
	 */
	Event timestamp(Instant timestamp);

	/**
	 * Set the trace that it belongs to; the active one unless given.
	 * @param trace the trace
	 * @return this
	 */
	Event trace(@Nullable Trace trace);

	/**
	 * Set the failure that it reports.
	 * @param thrown the failure
	 * @return this
	 */
	Event thrown(Throwable thrown);

	/**
	 * Keep only a fraction of such events. A rule of the configuration goes before. The
	 * rate is written into the fields of those that are kept.
	 * @param rate 0 (none) to 1 (all)
	 * @return this
	 * @throws IllegalArgumentException when it is outside 0 to 1
	 */
	Event rate(double rate);

	/**
	 * Keep it, whatever the rules and the rate say, such as a request that failed.
	 * @return this
	 */
	Event keep();

	/**
	 * Decide now whether it is kept, so that what is costly to find out is found out only
	 * for what is. Decided once, by what was said so far; it is to be published in any
	 * case, which counts it.
	 * @return {@code false} when it is sampled out
	 */
	boolean isKept();

	/**
	 * Send it on its way. Does not block, and does not throw but for a second call.
	 * @return the id of the message, or {@code null} when no sink accepted it: it was
	 * sampled out, filtered, or there was no room; the {@link Ledger} says which
	 * @throws IllegalStateException when it was published before
	 */
	@Nullable String publish();

}
