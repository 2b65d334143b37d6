package dev.cairn;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.cairn.CairnMetrics.Timing;
import dev.cairn.Failure.Attempts;
import org.jspecify.annotations.Nullable;

/**
 * Publishes events, captures failures and records metrics. Inject it, or call
 * {@link #get()} where you cannot. <pre>
 * cairn.event("order.placed").field("order_id", id).category(Category.BEHAVIOUR).publish();
 * </pre> Thread-safe. Calls do not block, whatever backend is down, and throw only if the
 * call itself is wrong.
 */
public interface Cairn extends CairnMetrics, CairnContext, CairnVisitors, AutoCloseable {

	/**
	 * Returns the Cairn of this program: one object for the lifetime of the JVM, which
	 * passes each call on to the installed Cairn and has no effect while there is none.
	 * @return an object that you can keep
	 */
	static Cairn get() {
		return GlobalCairn.INSTANCE;
	}

	/**
	 * Returns a Cairn whose methods have no effect.
	 * @return the Cairn
	 */
	static Cairn noop() {
		return NoopCairn.INSTANCE;
	}

	/**
	 * Makes {@link #get()} pass calls on to this Cairn until it is closed or another one
	 * is installed.
	 * @return this
	 */
	default Cairn install() {
		GlobalCairn.INSTANCE.install(this);
		return this;
	}

	/**
	 * Ends what {@link #install()} has started. If another Cairn was installed before and
	 * is still open, {@link #get()} passes calls on to it again.
	 */
	default void uninstall() {
		GlobalCairn.INSTANCE.uninstall(this);
	}

	/**
	 * Starts an event.
	 * @param type the type, such as {@code order.placed}: 1 to 200 characters of
	 * {@code [A-Za-z0-9_.:/-]}, and none of the reserved types
	 * @return the event, to be published
	 * @throws IllegalArgumentException if the type is refused
	 */
	Event event(String type);

	/**
	 * Publishes an event in one line.
	 * @param type the type
	 * @param fields the values by name
	 * @return the id of the message, or {@code null} if no sink accepted it
	 * @throws IllegalArgumentException if the type is refused
	 */
	default @Nullable String event(String type, Map<String, ?> fields) {
		return event(type).fields(fields).publish();
	}

	/**
	 * Starts an event that is a record: its components are the fields.
	 * @param event the event, such as {@code new OrderPlaced(id, total)}; see
	 * {@link EventType}
	 * @return the event, to be published
	 * @throws IllegalArgumentException if the type is refused, or the module of the
	 * record is not open to Cairn
	 */
	Event event(Record event);

	/**
	 * Publishes an event that is a record in one line.
	 * @param event the event
	 * @return the id of the message, or {@code null} if no sink accepted it
	 * @throws IllegalArgumentException if the type is refused, or the module of the
	 * record is not open to Cairn
	 */
	default @Nullable String publish(Record event) {
		return event(event).publish();
	}

	/**
	 * Starts a message of any type, including the reserved ones, for integrations.
	 * @param type the type
	 * @return the message, to be published
	 * @throws IllegalArgumentException if the type is not a token
	 */
	Event message(String type);

	/**
	 * Captures a failure. If another layer captures it again, wrapped or not, it is the
	 * same incident and is not sent again. Failures of the same kind that exceed their
	 * burst share the id of one message.
	 * @param thrown the failure
	 * @return the id of the incident: 32 lower-case hex digits; {@code null} if it was
	 * sampled out or no sink accepted it
	 */
	default @Nullable String capture(Throwable thrown) {
		return capture(thrown, Map.of());
	}

	/**
	 * Captures a failure with further fields.
	 * @param thrown the failure
	 * @param context the fields, such as the number of an order
	 * @return the id of the incident, or {@code null} if there is none
	 */
	default @Nullable String capture(Throwable thrown, Map<String, ?> context) {
		Objects.requireNonNull(context, "context must not be null");
		return capture(thrown, (report) -> report.fields(context));
	}

	/**
	 * Captures a failure with details that are computed only if it is new.
	 * @param thrown the failure
	 * @param details adds fields, severity or logger to the message; must not publish it
	 * @return the id of the incident, or {@code null} if there is none
	 */
	@Nullable String capture(Throwable thrown, Consumer<Event> details);

	/**
	 * Captures a failure without a throwable. If the text quotes a throwable that is
	 * captured shortly before or after by the same thread or in the same trace, both are
	 * one incident. Sending is delayed for that.
	 * @param text the description of the failure
	 * @param details adds to the message; must not publish it
	 * @return the id of the incident, or {@code null} if there is none
	 */
	@Nullable String captureMessage(String text, Consumer<Event> details);

	/**
	 * Captures a failure without a throwable.
	 * @param text the description of the failure
	 * @return the id of the incident, or {@code null} if there is none
	 */
	default @Nullable String captureMessage(String text) {
		return captureMessage(text, (report) -> {
		});
	}

	/**
	 * Accepts a finished message of another service, such as one that a collector has
	 * received. It keeps its id, time and origin, and is not enriched; routes, sampling,
	 * switches, limits, redaction and filters apply. Does not block.
	 * @param message the message
	 * @return what became of it
	 */
	Acceptance accept(Message message);

	/**
	 * Accepts a finished message of another service like {@link #accept}, and reports
	 * when it survives the end of this process: when each of its sinks has delivered it,
	 * has it on the disk, or has lost it, and one at least has not lost it. Does not
	 * block. The stage completes on a thread of a sink, which must not be held up.
	 * @param message the message
	 * @return what became of it
	 */
	CompletionStage<Acceptance> acceptAndStore(Message message);

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
	default void record(String name, Duration duration, String... tags) {
		metrics().record(name, duration, tags);
	}

	@Override
	default Timing timer(String name, String... tags) {
		return metrics().timer(name, tags);
	}

	/**
	 * Returns the calls that bind values, to which those of this object are passed on.
	 * @return the context
	 */
	CairnContext context();

	@Override
	default Binding bind(String name, @Nullable Object value) {
		return context().bind(name, value);
	}

	@Override
	default Binding bind(String name, @Nullable Supplier<? extends @Nullable Object> value) {
		return context().bind(name, value);
	}

	@Override
	default Binding bind(Map<String, ? extends @Nullable Object> values) {
		return context().bind(values);
	}

	@Override
	default Binding bindFrom(Object source) {
		return context().bindFrom(source);
	}

	@Override
	default void unbind(String... names) {
		context().unbind(names);
	}

	@Override
	default boolean tryUnbind(String... names) {
		return context().tryUnbind(names);
	}

	@Override
	default Binding fresh() {
		return context().fresh();
	}

	@Override
	default Map<String, Object> bindings() {
		return context().bindings();
	}

	@Override
	default @Nullable String lastErrorId() {
		return context().lastErrorId();
	}

	/**
	 * Returns the calls that concern the visitor of a request, to which those of this
	 * object are passed on.
	 * @return the visitors
	 */
	CairnVisitors visitors();

	@Override
	default void identify(String user) {
		visitors().identify(user);
	}

	@Override
	default void alias(String id) {
		visitors().alias(id);
	}

	@Override
	default void bindToVisit(String name, @Nullable Object value) {
		visitors().bindToVisit(name, value);
	}

	@Override
	default void bindToUser(String name, @Nullable Object value) {
		visitors().bindToUser(name, value);
	}

	@Override
	default Map<String, Object> visitorFields() {
		return visitors().visitorFields();
	}

	/**
	 * Starts to follow a piece of work that may take several attempts.
	 * @return the attempts, which are one incident if they all fail
	 */
	Attempts attempts();

	/**
	 * Returns the account of every channel.
	 * @return the ledger
	 */
	Ledger ledger();

	/**
	 * Returns the messages published last, without their content.
	 * @return a bounded list, newest first
	 */
	List<Recent> recent();

	/**
	 * Waits until all messages accepted so far are delivered or dropped.
	 * @param timeout the maximum time to wait
	 * @return whether no message is held any more
	 */
	boolean flush(Duration timeout);

	/**
	 * Delivers the messages that are held, within the configured time, and counts the
	 * rest as dropped. Later calls have no effect.
	 */
	@Override
	void close();

	/**
	 * The outcome for a message of another service.
	 */
	enum Acceptance {

		/** A sink accepted it. */
		ACCEPTED,
		/** The sampling rules do not keep it, or its type is switched off. */
		SAMPLED_OUT,
		/** A {@link MessageFilter} did not accept it. */
		FILTERED,
		/** No route leads to a sink. */
		NO_ROUTE,
		/** No sink accepted it. The {@link Ledger} has the reason. */
		LOST

	}

	/**
	 * A published message without its content.
	 *
	 * @param id the id of the message
	 * @param type the type
	 * @param timestamp the time
	 * @param severity the severity
	 * @param traceId the id of the trace, or {@code null} if there is none
	 * @param accepted whether a sink accepted it
	 */
	record Recent(String id, String type, Instant timestamp, Severity severity, @Nullable String traceId,
			boolean accepted) {
	}

}
