package dev.cairn;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The one object through which a service speaks: inject it, or reach it from anywhere
 * with {@link #get()}. <pre>
 * cairn.event("order.placed").field("order_id", id).category(Category.BEHAVIOUR).publish();
 * </pre> Thread-safe. Calls do not block, whatever backend is down, and throw only for
 * mistakes in the call itself.
 */
public interface Cairn extends CairnMetrics, AutoCloseable {

	/**
	 * Return the Cairn of this program: one object for the life of the JVM, which does
	 * nothing before the program has started its Cairn and after it has closed it.
	 * @return an object that may be kept
	 */
	static Cairn get() {
		return GlobalCairn.INSTANCE;
	}

	/**
	 * Return a Cairn that does nothing.
	 * @return an object that accepts every call
	 */
	static Cairn noop() {
		return NoopCairn.INSTANCE;
	}

	/**
	 * Make this the Cairn that {@link #get()} reaches, until it is closed.
	 * @return this
	 */
	default Cairn install() {
		GlobalCairn.INSTANCE.install(this);
		return this;
	}

	/**
	 * Makes {@link #get()} do nothing again, if this is the Cairn that it reaches.
	 */
	default void uninstall() {
		GlobalCairn.INSTANCE.uninstall(this);
	}

	/**
	 * Start an event.
	 * @param type what happened, such as {@code order.placed}: 1 to 200 characters of
	 * {@code [A-Za-z0-9_.:/-]}, and none of the reserved types
	 * @return the event, to be published
	 * @throws IllegalArgumentException when the type is refused
	 */
	Event event(String type);

	/**
	 * Publish an event in one line.
	 * @param type what happened
	 * @param fields values by name
	 * @return the id of the message, or {@code null} when no sink accepted it
	 * @throws IllegalArgumentException when the type is refused
	 */
	default @Nullable String event(String type, Map<String, ?> fields) {
		return event(type).fields(fields).publish();
	}

	/**
	 * Start an event that is a record: its components are the fields.
	 * @param event what happened, such as {@code new OrderPlaced(id, total)}; see
	 * {@link EventType}
	 * @return the event, to which more may be added, to be published
	 * @throws IllegalArgumentException when the type is refused, or a module keeps the
	 * record to itself
	 */
	Event event(Record event);

	/**
	 * Publish an event that is a record in one line.
	 * @param event what happened
	 * @return the id of the message, or {@code null} when no sink accepted it
	 * @throws IllegalArgumentException when the type is refused, or a module keeps the
	 * record to itself
	 */
	default @Nullable String publish(Record event) {
		return event(event).publish();
	}

	/**
	 * Start a message of any type, the reserved ones included; for integrations that
	 * publish in Cairn's name.
	 * @param type what happened
	 * @return the message, to be published
	 * @throws IllegalArgumentException when the type is no token
	 */
	Event message(String type);

	/**
	 * Report a failure. The same failure, reported again by another layer, wrapped or
	 * not, is the same incident and is not sent again. Where failures of one kind come
	 * faster than they are sent, they share the id of the message that stands for them.
	 * @param thrown what was thrown
	 * @return the id of the incident: 32 lower-case hex digits; {@code null} when there
	 * is none, since the failure was sampled out, or no sink accepted it
	 */
	default @Nullable String capture(Throwable thrown) {
		return capture(thrown, Map.of());
	}

	/**
	 * Report a failure with what is known about it.
	 * @param thrown what was thrown
	 * @param context fields of the message, such as the number of an order
	 * @return the id of the incident, or {@code null} when there is none
	 */
	default @Nullable String capture(Throwable thrown, Map<String, ?> context) {
		Objects.requireNonNull(context, "context must not be null");
		return capture(thrown, (report) -> report.fields(context));
	}

	/**
	 * Report a failure with details that are asked for only when it is new.
	 * @param thrown what was thrown
	 * @param details fills in the report: fields, severity, logger; it does not publish
	 * @return the id of the incident, or {@code null} when there is none
	 */
	@Nullable String capture(Throwable thrown, Consumer<Event> details);

	/**
	 * Report a failure that is known only by what somebody says of it. When a throwable
	 * that this text tells of is reported soon before or after by the same thread, or in
	 * the same trace, both are one incident; so it may take a moment until it is sent.
	 * @param text what happened
	 * @param details fills in the report; it does not publish
	 * @return the id of the incident, or {@code null} when there is none
	 */
	@Nullable String captureMessage(String text, Consumer<Event> details);

	/**
	 * Report a failure that is known only by what somebody says of it.
	 * @param text what happened
	 * @return the id of the incident, or {@code null} when there is none
	 */
	default @Nullable String captureMessage(String text) {
		return captureMessage(text, (report) -> {
		});
	}

	/**
	 * Accepts a finished message of another service, such as one that a collector has
	 * received. It keeps its id, time and origin, and is neither sampled nor enriched;
	 * limits, redaction, filters and routes apply.
	 * @param message the message
	 * @return whether a sink accepted it
	 */
	boolean accept(Message message);

	/**
	 * Returns the metric calls, to which those of this object are passed on.
	 * @return the metric calls
	 */
	CairnMetrics metrics();

	@Override
	default void incr(String name, double by, String... tags) {
		metrics().incr(name, by, tags);
	}

	@Override
	default void set(String name, double value, String... tags) {
		metrics().set(name, value, tags);
	}

	@Override
	default void record(String name, double value, String... tags) {
		metrics().record(name, value, tags);
	}

	@Override
	default Timing timer(String name, String... tags) {
		return metrics().timer(name, tags);
	}

	/**
	 * Start the account of a piece of work that may take several attempts.
	 * @return attempts that are one incident when they all fail
	 */
	Attempts attempts();

	/**
	 * Return the account of every channel.
	 * @return the ledger
	 */
	Ledger ledger();

	/**
	 * Return what was published last, newest first, without its content.
	 * @return a bounded list
	 */
	List<Recent> recent();

	/**
	 * Wait until what was accepted so far is delivered or dropped.
	 * @param timeout how long to wait at the most
	 * @return whether nothing is held any more
	 */
	boolean flush(Duration timeout);

	/**
	 * Deliver what is held within the configured time, count the rest, and do nothing
	 * from then on.
	 */
	@Override
	void close();

}
