package dev.cairn.sentry;

import dev.cairn.Failure;
import dev.cairn.delivery.Accounts;
import io.sentry.DataCategory;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.SentryEvent;
import io.sentry.SentryLevel;
import io.sentry.SentryOptions;
import io.sentry.TypeCheckHint;
import io.sentry.clientreport.DiscardReason;
import io.sentry.protocol.Message;
import io.sentry.protocol.SentryId;
import org.jspecify.annotations.Nullable;

/**
 * The events that the application captures directly, such as with
 * {@code Sentry.captureException} or by an appender of its own, so that a failure is one
 * event with one id, whoever captures it first. An event of a failure that Cairn has
 * captured is dropped if there is an event of its incident, and else has its id. A
 * failure that Cairn captures later has the id of the event.
 * <p>
 * Their account is the channel {@code sentry.direct} of the Ledger. An event is offered
 * when it passes this processor, and delivered when Sentry's server has accepted it.
 * Ignored types, duplicates, and what event processors and {@code before-send} reject are
 * filtered; what {@code sample-rate} rejects is sampled out. What waits in Sentry's queue
 * or in its cache on disk is held. Events with a type-check hint of their own are not
 * accounted for, nor is any event if the transport is not Sentry's own, since their
 * outcome is unknown. Thread-safe.
 */
public final class DirectCaptures implements EventProcessor, SentryOptions.OnDiscardCallback {

	private final EventCapture events;

	private final Failures failures;

	private final DirectAccount account;

	/**
	 * Creates an account. Add it to Sentry's options both as an event processor and as
	 * the callback for discarded events.
	 * @param ledger opens the channel
	 * @param destination sends the events of Cairn
	 * @param failures the failures that Cairn captures
	 */
	public DirectCaptures(Accounts ledger, SentryDestination destination, Failures failures) {
		this.events = destination.events();
		this.failures = failures;
		this.account = new DirectAccount(ledger, this.events);
	}

	@Override
	public @Nullable SentryEvent process(SentryEvent event, Hint hint) {
		if (EventCapture.isActive()) {
			return event;
		}
		Failure failure = failure(event);
		boolean logged = hint.get(TypeCheckHint.SENTRY_SYNTHETIC_EXCEPTION) != null;
		String known = (failure != null) ? this.failures.find(failure, logged) : null;
		if (known != null && this.events.hasEvent(known)) {
			return null;
		}
		Throwable thrown = event.getThrowable();
		String quoted = (known == null && thrown != null) ? this.failures.quotedBy(thrown) : null;
		if (known != null || quoted != null) {
			event.setEventId(new SentryId((known != null) ? known : quoted));
		}
		this.account.open(hint, () -> {
			String id = String.valueOf(event.getEventId());
			this.events.sentByApplication(id);
			if (known == null && failure != null) {
				this.failures.reported(failure, id);
			}
		});
		return event;
	}

	private static @Nullable Failure failure(SentryEvent event) {
		Throwable thrown = event.getThrowable();
		if (thrown != null) {
			return Failure.of(thrown);
		}
		Message message = event.getMessage();
		boolean failed = event.getLevel() == SentryLevel.ERROR || event.getLevel() == SentryLevel.FATAL;
		String text = (message != null && failed) ? message.getFormatted() : null;
		return (text != null) ? Failure.of(text) : null;
	}

	@Override
	public void execute(DiscardReason reason, DataCategory category, Long count) {
		if (category == DataCategory.Error) {
			this.account.discarded(reason);
		}
	}

	/**
	 * The failures that Cairn captures. Implementations are thread-safe.
	 */
	public interface Failures {

		/**
		 * Returns the id of a failure that was captured. A failure without a throwable
		 * must have just been captured, and is found once.
		 * @param failure the failure; the text may contain that of the captured one
		 * @param logged whether an appender reports it, possibly on another thread
		 * @return the id of its incident, or {@code null} if it was not captured
		 */
		@Nullable String find(Failure failure, boolean logged);

		/**
		 * Returns the id of a failure without a throwable that was captured, and that
		 * quotes a throwable.
		 * @param thrown the throwable
		 * @return the id of its incident, or {@code null} if there is none
		 */
		@Nullable String quotedBy(Throwable thrown);

		/**
		 * Called when the application has sent an event of a failure that was not
		 * captured.
		 * @param failure the failure; the text may contain that of the captured one
		 * @param id the id that its incident is to have if it is captured later, or now
		 * by the same thread if there is no throwable
		 */
		void reported(Failure failure, String id);

	}

}
