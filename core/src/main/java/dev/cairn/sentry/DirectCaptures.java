package dev.cairn.sentry;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.cairn.Ledger.DropReason;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import io.sentry.DataCategory;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.IScopes;
import io.sentry.SentryEvent;
import io.sentry.SentryLevel;
import io.sentry.SentryOptions;
import io.sentry.TypeCheckHint;
import io.sentry.clientreport.DiscardReason;
import io.sentry.hints.Enqueable;
import io.sentry.hints.SubmissionResult;
import io.sentry.protocol.Message;
import io.sentry.protocol.SentryId;
import io.sentry.util.HintUtils;
import org.jspecify.annotations.Nullable;

/**
 * The events that the application captures directly, such as with
 * {@code Sentry.captureException} or by an appender of its own, so that a failure is one
 * event with one id, whoever captures it first. An event of a failure that Cairn has
 * captured is dropped if there is an event of its incident, and else has its id. A
 * failure that Cairn captures later has the id of the event.
 * <p>
 * Their account is the channel {@value #CHANNEL} of the Ledger. An event is offered when
 * it passes this processor, and delivered when Sentry's server has accepted it. Ignored
 * types, duplicates, and what event processors and {@code before-send} reject are
 * filtered; what {@code sample-rate} rejects is sampled out. What waits in Sentry's queue
 * or in its cache on disk is held. Events with a type-check hint of their own are not
 * accounted for, nor is any event if the transport is not Sentry's own, since their
 * outcome is unknown. Thread-safe.
 */
public final class DirectCaptures implements EventProcessor, SentryOptions.OnDiscardCallback {

	/** The name of the channel. */
	public static final String CHANNEL = "sentry.direct";

	private final Supplier<IScopes> scopes;

	private final Accounts ledger;

	private final SentryDestination destination;

	private final Failures failures;

	/** The event that the client processes on the calling thread. */
	private final ThreadLocal<@Nullable Capture> current = new ThreadLocal<>();

	/** Why the transport failed, on its thread, just before it notifies the hint. */
	private final ThreadLocal<@Nullable DiscardReason> failure = new ThreadLocal<>();

	/**
	 * Creates an account. Add it to Sentry's options both as an event processor and as
	 * the callback for discarded events.
	 * @param scopes returns the scopes of the calling thread
	 * @param ledger opens the channel
	 * @param destination sends the events of Cairn
	 * @param failures the failures that Cairn captures
	 */
	public DirectCaptures(Supplier<IScopes> scopes, Accounts ledger, SentryDestination destination, Failures failures) {
		this.scopes = scopes;
		this.ledger = ledger;
		this.destination = destination;
		this.failures = failures;
	}

	@Override
	public @Nullable SentryEvent process(SentryEvent event, Hint hint) {
		if (SentryDestination.isCapturing()) {
			return event;
		}
		Throwable thrown = event.getThrowable();
		String text = (thrown != null) ? null : text(event);
		boolean logged = hint.get(TypeCheckHint.SENTRY_SYNTHETIC_EXCEPTION) != null;
		String known = find(thrown, text, logged);
		if (known != null && this.destination.hasEvent(known)) {
			return null;
		}
		String quoted = (known == null && thrown != null) ? this.failures.quotedBy(thrown) : null;
		if (known != null || quoted != null) {
			event.setEventId(new SentryId((known != null) ? known : quoted));
		}
		return account(event, hint, () -> {
			String id = String.valueOf(event.getEventId());
			this.destination.sentByApplication(id);
			if (known == null && thrown != null) {
				this.failures.reported(thrown, id);
			}
			else if (known == null && text != null) {
				this.failures.reported(text, id);
			}
		});
	}

	private @Nullable String find(@Nullable Throwable thrown, @Nullable String text, boolean logged) {
		if (thrown != null) {
			return this.failures.find(thrown);
		}
		return (text != null) ? this.failures.find(text, logged) : null;
	}

	/** Returns the text of an event that is a failure. */
	private static @Nullable String text(SentryEvent event) {
		Message message = event.getMessage();
		boolean failure = event.getLevel() == SentryLevel.ERROR || event.getLevel() == SentryLevel.FATAL;
		return (message != null && failure) ? message.getFormatted() : null;
	}

	/** The outcome of an event without an account is unknown: it counts as sent. */
	private SentryEvent account(SentryEvent event, Hint hint, Runnable sent) {
		Object other = HintUtils.getSentrySdkHint(hint);
		if (!isAccounted() || (other != null && !(other instanceof Capture))) {
			sent.run();
			return event;
		}
		// The client has dropped the previous event without notice
		settle(this.current.get(), (channel) -> channel.dropped(DropReason.ERROR));
		channel().offered();
		Capture capture = new Capture(sent);
		this.current.set(capture);
		hint.set(TypeCheckHint.SENTRY_TYPE_CHECK_HINT, capture);
		return event;
	}

	@Override
	public void execute(DiscardReason reason, DataCategory category, Long count) {
		if (category != DataCategory.Error || !isAccounted()) {
			return;
		}
		switch (reason) {
			case NETWORK_ERROR, SEND_ERROR -> this.failure.set(reason);
			// Another event was removed from the disk
			case CACHE_OVERFLOW -> {
			}
			default -> discarded(reason);
		}
	}

	private void discarded(DiscardReason reason) {
		Capture capture = this.current.get();
		if (capture != null) {
			this.current.remove();
			settle(capture, (channel) -> count(channel, reason));
		}
		else if (reason == DiscardReason.EVENT_PROCESSOR) {
			// Ignored types and duplicates do not reach this processor
			channel().offered();
			channel().filtered();
		}
	}

	private static void count(Channel channel, DiscardReason reason) {
		switch (reason) {
			case SAMPLE_RATE, BACKPRESSURE -> channel.sampledOut();
			case BEFORE_SEND, EVENT_PROCESSOR -> channel.filtered();
			case QUEUE_OVERFLOW -> channel.dropped(DropReason.OVERFLOW);
			default -> channel.dropped(DropReason.REJECTED);
		}
	}

	private void enqueued(Capture capture) {
		if (this.current.get() == capture) {
			this.current.remove();
		}
		channel().accepted();
		capture.sent.run();
	}

	private void submitted(Capture capture, boolean success) {
		DiscardReason reason = this.failure.get();
		this.failure.remove();
		if (this.current.get() == capture) {
			this.current.remove();
		}
		if (success) {
			settle(capture, Channel::delivered);
		}
		else if (!this.scopes.get().isEnabled()) {
			settle(capture, (channel) -> channel.dropped(DropReason.SHUTDOWN));
		}
		else if (reason != null || this.scopes.get().getOptions().getCacheDirPath() == null) {
			settle(capture, (channel) -> failed(channel, reason));
		}
	}

	private static void failed(Channel channel, @Nullable DiscardReason reason) {
		channel.lastError((reason != null) ? "Sentry's client: " + reason.getReason()
				: "Sentry's server did not accept the event");
		channel.dropped((reason == DiscardReason.NETWORK_ERROR) ? DropReason.EXPIRED : DropReason.REJECTED);
	}

	/** Counts the first outcome of an event. */
	private void settle(@Nullable Capture capture, Consumer<Channel> outcome) {
		if (capture != null && capture.settled.compareAndSet(false, true)) {
			outcome.accept(channel());
		}
	}

	/** Opened only if the application captures directly. */
	private Channel channel() {
		return this.ledger.channel(CHANNEL);
	}

	private boolean isAccounted() {
		return !SentryDestination.isCapturing() && HoldingTransport.isNotifying(this.scopes.get().getOptions());
	}

	/**
	 * An event on its way. Sentry's transport notifies it of the outcome.
	 */
	private final class Capture implements SubmissionResult, Enqueable {

		/** Called by the thread that captures the event once the client has it. */
		private final Runnable sent;

		private final AtomicBoolean settled = new AtomicBoolean();

		private volatile boolean success;

		Capture(Runnable sent) {
			this.sent = sent;
		}

		@Override
		public void markEnqueued() {
			enqueued(this);
		}

		@Override
		public void setResult(boolean success) {
			this.success = success;
			submitted(this, success);
		}

		@Override
		public boolean isSuccess() {
			return this.success;
		}

	}

	/**
	 * The failures that Cairn captures. Implementations are thread-safe.
	 */
	public interface Failures {

		/**
		 * Returns the id of a failure that was captured.
		 * @param thrown the throwable
		 * @return the id of its incident, or {@code null} if it was not captured
		 */
		@Nullable String find(Throwable thrown);

		/**
		 * Returns the id of a failure without a throwable that has just been captured,
		 * and that was not found before.
		 * @param text contains the text of the failure
		 * @param logged whether an appender reports it, possibly on another thread
		 * @return the id of its incident, or {@code null} if it was not captured
		 */
		@Nullable String find(String text, boolean logged);

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
		 * @param thrown the throwable
		 * @param id the id that its incident is to have if it is captured later
		 */
		void reported(Throwable thrown, String id);

		/**
		 * Called when the application has sent an event without a throwable.
		 * @param text contains the text of the failure
		 * @param id the id that its incident is to have if the same thread captures it
		 * now
		 */
		void reported(String text, String id);

	}

}
