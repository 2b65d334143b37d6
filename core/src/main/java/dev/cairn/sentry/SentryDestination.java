package dev.cairn.sentry;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import dev.cairn.Failure;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.Trace;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Destination;
import dev.cairn.internal.Throwables;
import dev.cairn.redaction.Redactor;
import io.sentry.DuplicateEventDetectionEventProcessor;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.IScopes;
import io.sentry.SentryEvent;
import io.sentry.SentryOptions;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages through Sentry's client. If the application has event processors or a
 * {@code before-send}, the client processes the event on the thread that publishes the
 * message, so that they see its request, its diagnostic context (MDC) and its stack.
 * Otherwise it does so on the thread of the sink, with the scopes of the thread that
 * publishes. The event is sent later in any case, by the sink. A message is delivered
 * when Sentry's server has accepted the event, or the transport if that is not Sentry's
 * own, and filtered if the client has rejected it or the application has sent an event of
 * its own. The id of the event is the id of the incident.
 */
public final class SentryDestination implements Destination {

	/** Fewer than fit into the queue of Sentry's transport, which has other users too. */
	private static final int MAX_IN_FLIGHT = 20;

	/** Sentry's transport closes a connection after 5 seconds by default. */
	private static final long PATIENCE = Duration.ofSeconds(15).toNanos();

	private final EventCapture events;

	/** The events that were handed over to the client and are not settled. */
	private final Map<Delivery, Submission> submitted = new IdentityHashMap<>();

	/** Those that were not, since there was no room. Younger ones must not overtake. */
	private final Set<Delivery> unsent = Collections.newSetFromMap(new IdentityHashMap<>());

	/**
	 * Creates a destination.
	 * @param scopes returns the scopes of the calling thread, such as
	 * {@code Sentry::getCurrentScopes}
	 * @param work returns the id of the current unit of work, if any, which is used if
	 * there is no trace: 32 hex digits
	 */
	public SentryDestination(Supplier<IScopes> scopes, Supplier<@Nullable String> work) {
		this.events = new EventCapture(scopes, work);
	}

	EventCapture events() {
		return this.events;
	}

	/**
	 * Returns the processor that completes and redacts the events of Sentry's client,
	 * also those of the application. Has to run after Sentry's own processors.
	 * @param traces returns the active trace
	 * @param redactor recognizes secrets
	 * @return the processor, which is thread-safe
	 */
	public EventProcessor eventProcessor(Trace.Source traces, Redactor redactor) {
		return new CairnEventProcessor(this, traces, redactor);
	}

	/**
	 * Returns the events that the application captures directly.
	 * @param ledger opens their channel
	 * @param failures the failures that are captured
	 * @return the events
	 */
	public DirectCaptures directCaptures(Accounts ledger, Failure.Captured failures) {
		return new DirectEvents(ledger, this.events, failures);
	}

	/**
	 * Prepares Sentry's client, before it is initialized: its transport holds back what
	 * the sink sends, and its detection of duplicates leaves Cairn's events alone, since
	 * one object may be thrown as several failures.
	 * @param options the options of the client
	 */
	public static void prepare(SentryOptions options) {
		options.setTransportFactory(new HoldingTransport.Factory(options.getTransportFactory()));
		options.getEventProcessors()
			.replaceAll((processor) -> (processor instanceof DuplicateEventDetectionEventProcessor detection)
					? new DirectDuplicates(detection) : processor);
	}

	@Override
	public @Nullable Object context(Message message) {
		return this.events.context(message);
	}

	/** Events that do not fit into the transport's queue are submitted by settle. */
	@Override
	public void submit(List<Delivery> batch) {
		this.submitted.keySet().removeIf(Delivery::isSettled);
		this.unsent.removeIf((delivery) -> delivery.isSettled() || batch.contains(delivery));
		for (Delivery delivery : batch) {
			if (!this.unsent.isEmpty() || inFlight() >= MAX_IN_FLIGHT || !submit(delivery)) {
				this.unsent.add(delivery);
			}
		}
	}

	private long inFlight() {
		return this.submitted.values().stream().filter((submission) -> !submission.isDone()).count();
	}

	@Override
	public boolean settle(List<Delivery> batch, long nanos) throws Exception {
		long until = System.nanoTime() + PATIENCE;
		boolean all = true;
		for (Delivery delivery : batch) {
			if (!delivery.isSettled()) {
				all &= settle(delivery, until);
			}
		}
		if (!all) {
			throw new IOException(
					"Sentry's server did not accept the event. Check that the server in sentry.dsn can be "
							+ "reached; sentry.debug=true logs the reason");
		}
		return true;
	}

	private boolean settle(Delivery delivery, long until) throws Exception {
		Submission submission = this.submitted.get(delivery);
		if ((submission == null || submission.isUnknown()) && !submit(delivery)) {
			throw new IOException("The queue of Sentry's transport is full");
		}
		this.unsent.remove(delivery);
		submission = this.submitted.get(delivery);
		if (submission == null || delivery.isSettled()) {
			return true;
		}
		if (!submission.await(until - System.nanoTime())) {
			return false;
		}
		this.submitted.remove(delivery);
		delivery.delivered();
		return true;
	}

	/**
	 * Hands an event over to the client, unless it still has it. Returns whether there
	 * was room for it in the transport's queue.
	 */
	private boolean submit(Delivery delivery) {
		IScopes current = this.events.scopes();
		if (!current.isEnabled()) {
			delivery.drop(DropReason.SHUTDOWN, "Sentry's client is closed", "");
			return true;
		}
		Submission submission = this.submitted.get(delivery);
		if (submission != null && submission.isHeld()) {
			return true;
		}
		try {
			return send(delivery, (submission != null) ? submission : this.events.submission(delivery), current);
		}
		catch (RuntimeException | StackOverflowError | LinkageError | AssertionError ex) {
			delivery.drop(DropReason.UNENCODABLE, ex.getClass().getName() + ": " + Throwables.message(ex), "");
			return true;
		}
	}

	private boolean send(Delivery delivery, @Nullable Submission submission, IScopes current) {
		if (submission == null) {
			delivery.filtered();
			return true;
		}
		submission.send(current, delivery.message());
		if (!submission.isNotifying()) {
			delivery.delivered();
			return true;
		}
		this.submitted.put(delivery, submission);
		return !submission.isUnknown();
	}

	/**
	 * The events that the application captures directly. Has to be added to Sentry's
	 * options both as an event processor and as the callback for discarded events.
	 */
	public interface DirectCaptures extends EventProcessor, SentryOptions.OnDiscardCallback {

	}

	/**
	 * Detects duplicates among the events that the application captures directly.
	 */
	private record DirectDuplicates(DuplicateEventDetectionEventProcessor detection) implements EventProcessor {

		@Override
		public @Nullable SentryEvent process(SentryEvent event, Hint hint) {
			return EventCapture.isActive() ? event : this.detection.process(event, hint);
		}

		@Override
		public @Nullable Long getOrder() {
			return this.detection.getOrder();
		}

	}

}
