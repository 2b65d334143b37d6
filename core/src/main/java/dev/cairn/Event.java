package dev.cairn;

import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

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
	 * Returns the value of a field.
	 * @param key the name of the field
	 * @return the value that was set last, not redacted, or {@code null} if there is none
	 */
	@Nullable Object field(String key);

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
	 * Have the rest said when it is published, and only if it is kept: nobody works out
	 * what is sampled out. The sampling rules do not see it.
	 * @param details fills in what is dear; it does not publish
	 * @return this
	 */
	Event details(Consumer<Event> details);

	/**
	 * Keep only a fraction of such events. A rule of the configuration goes before. The
	 * rate is written into the fields of those that are kept.
	 * @param rate 0 (none) to 1 (all)
	 * @return this
	 * @throws IllegalArgumentException when it is outside 0 to 1
	 */
	Event rate(double rate);

	/**
	 * Take what is not given otherwise, before or after this, from presets of the
	 * configuration. A later preset goes before an earlier one. A name that nobody has
	 * configured is told in the log and counted, and the event goes on without it.
	 * @param names the names of the presets
	 * @return this
	 */
	Event preset(String... names);

	/**
	 * Say in the field {@code call_site} which line of the application publishes it:
	 * {@code class}, {@code method}, {@code file} and {@code line}. Costs about two
	 * microseconds.
	 * @return this
	 */
	Event callSite();

	/**
	 * Do not wait for the end of the transaction in which it is published.
	 * @return this
	 */
	Event immediately();

	/**
	 * Keep it, whatever the rules and the rate say, such as a request that failed.
	 * @return this
	 */
	Event keep();

	/**
	 * Decides now whether this event is kept, from what was set so far, so that what is
	 * expensive is found out only for an event that is. The decision is made once. The
	 * event has to be published in any case, which counts it.
	 * @return {@code false} if it is sampled out
	 */
	boolean decide();

	/**
	 * Send it on its way; within a transaction, once that has been committed. Does not
	 * block, and does not throw but for a second call.
	 * @return the id of the message, or {@code null} when no sink accepted it: it was
	 * sampled out, filtered, or there was no room; the {@link Ledger} says which. What
	 * waits for a transaction has its id
	 * @throws IllegalStateException when it was published before
	 */
	@Nullable String publish();

}
