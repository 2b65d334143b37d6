package dev.cairn;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import dev.cairn.Ledger.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * An event that is being built, from {@link Cairn#event(String)} to {@link #publish()}.
 * To be used by one thread and published once.
 */
public interface Event {

	/**
	 * Sets a field. A key that was set before gets the new value.
	 * @param key the name of the field
	 * @param value the value; an object is written as the application writes it to JSON
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
	 * Sets several fields. The map is read by this call and not changed.
	 * @param fields the values by name
	 * @return this
	 */
	Event fields(Map<String, ?> fields);

	/**
	 * Sets the category.
	 * @param category the category
	 * @return this
	 */
	Event category(Category category);

	/**
	 * Sets the severity, which is informational by default.
	 * @param severity the severity
	 * @return this
	 */
	Event severity(Severity severity);

	/**
	 * Sets the payload.
	 * @param payload free text, or JSON
	 * @return this
	 */
	Event payload(String payload);

	/**
	 * Sets the logger, which is the name of the service by default.
	 * @param logger the name of the logger
	 * @return this
	 */
	Event logger(String logger);

	/**
	 * Sets the topic, for destinations that have topics, such as Kafka. By default, it is
	 * the configured one.
	 * @param topic the topic: 1 to 249 characters of {@code [a-zA-Z0-9._-]}
	 * @return this
	 * @throws IllegalArgumentException if the topic is not allowed
	 */
	Event topic(String topic);

	/**
	 * Sets the key, for destinations that have keys, such as Kafka, where events with the
	 * same key keep their order. By default, it is the configured one. It is redacted.
	 * @param key the key
	 * @return this
	 */
	Event key(String key);

	/**
	 * Adds a header, for destinations that have headers, such as Kafka. It is redacted.
	 * @param name the name; {@code ce_*}, {@code content-type} and {@code traceparent}
	 * are reserved
	 * @param value the value
	 * @return this
	 * @throws IllegalArgumentException if the name is empty or reserved
	 */
	Event header(String name, String value);

	/**
	 * Sets the time of the event, which is the time of the call by default.
	 * @param timestamp the time
	 * @return this
	 * @throws IllegalArgumentException if RFC 3339 cannot express it
	 */
	Event timestamp(Instant timestamp);

	/**
	 * Sets the trace, which is the active one by default.
	 * @param trace the trace, or {@code null} for none
	 * @return this
	 */
	Event trace(@Nullable Trace trace);

	/**
	 * Sets the failure that the event reports.
	 * @param thrown the failure
	 * @return this
	 */
	Event thrown(Throwable thrown);

	/**
	 * Adds details that are computed only if the event is kept. The sampling rules do not
	 * see them.
	 * @param details sets what is expensive to compute; must not publish the event
	 * @return this
	 */
	Event details(Consumer<Event> details);

	/**
	 * Keeps only a fraction of such events. A sampling rule takes precedence. The rate is
	 * written into the fields of the events that are kept.
	 * @param rate 0 (none) to 1 (all)
	 * @return this
	 * @throws IllegalArgumentException if it is outside 0 to 1
	 */
	Event rate(double rate);

	/**
	 * Takes all values that are not set explicitly from configured presets. A later
	 * preset takes precedence over an earlier one. An unknown name is logged and counted,
	 * and has no other effect.
	 * @param names the names of the presets
	 * @return this
	 */
	Event preset(String... names);

	/**
	 * Adds the field {@code call_site} with the {@code class}, {@code method},
	 * {@code file} and {@code line} of the application that publishes the event. This
	 * takes about two microseconds.
	 * @return this
	 */
	Event callSite();

	/**
	 * Publishes the event without waiting for the end of the current transaction.
	 * @return this
	 */
	Event immediately();

	/**
	 * Keeps the event regardless of sampling rules and rate.
	 * @return this
	 */
	Event keep();

	/**
	 * Decides now, by the values set so far, whether this event is kept, so that
	 * expensive values can be computed only if it is. The decision is made once. The
	 * event must be published in any case, so that it is counted.
	 * @return {@code false} if it is sampled out
	 */
	boolean decide();

	/**
	 * Publishes the event; within a transaction, after the commit. Does not block, and
	 * throws only if it is called again.
	 * @return the id of the message, or {@code null} if it was sampled out, filtered, or
	 * no sink accepted it; the {@link Ledger} counts the reason. An event that waits for
	 * a transaction has an id
	 * @throws IllegalStateException if it was published before
	 */
	@Nullable String publish();

	/**
	 * Publishes the event and reports its outcome. Does not block. The stage completes on
	 * a thread of Cairn, which must not be held up: with the id of the message when every
	 * sink that it was routed to has delivered it, and with {@code null} if it was
	 * sampled out or filtered. It fails with a {@link LostException} if a sink has lost
	 * it, and with a {@link java.util.concurrent.CancellationException} if it stays on
	 * the disk for the next process.
	 * @return the outcome
	 * @throws IllegalStateException if it was published before
	 */
	CompletionStage<@Nullable String> publishAndConfirm();

	/**
	 * Fails the outcome of an event that a sink has lost.
	 */
	final class LostException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final String sink;

		private final DropReason reason;

		/**
		 * Creates the exception.
		 * @param sink the name of the sink; empty if the event did not get that far
		 * @param reason the reason for the loss
		 */
		public LostException(String sink, DropReason reason) {
			super("the event was lost (" + reason.wireName() + ")" + (sink.isEmpty() ? "" : " by the sink " + sink));
			this.sink = sink;
			this.reason = reason;
		}

		/**
		 * Returns the name of the sink.
		 * @return the name; empty if the event did not get that far
		 */
		public String sink() {
			return this.sink;
		}

		public DropReason reason() {
			return this.reason;
		}

	}

}
