package dev.cairn.sentry;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.cairn.Failure;
import dev.cairn.Ledger.DropReason;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import io.sentry.DataCategory;
import io.sentry.Hint;
import io.sentry.SentryEvent;
import io.sentry.SentryLevel;
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
 * event with one id in either order. An event of a failure that Cairn has captured is
 * dropped if there is an event of its incident, and else has its id. A failure that Cairn
 * captures later has the id of the event.
 * <p>
 * Their account is the channel {@code sentry.direct} of the Ledger. An event is offered
 * when it passes this processor, and delivered when Sentry's server has accepted it.
 * Ignored types, duplicates, and what event processors and {@code before-send} reject are
 * filtered; what {@code sample-rate} rejects is sampled out. Events in Sentry's queue or
 * in its cache on disk are held. Events with a type-check hint of their own are not
 * accounted for, nor is any event if the transport is not Sentry's own, since their
 * outcome is unknown. Thread-safe.
 */
final class DirectEvents implements SentryDestination.DirectCaptures {

	private final Accounts ledger;

	private final EventCapture events;

	private final Failure.Captured failures;

	/** The event that the client processes on the calling thread. */
	private final ThreadLocal<@Nullable Capture> current = new ThreadLocal<>();

	/** Why the transport failed, on its thread, just before it notifies the hint. */
	private final ThreadLocal<@Nullable DiscardReason> failure = new ThreadLocal<>();

	DirectEvents(Accounts ledger, EventCapture events, Failure.Captured failures) {
		this.ledger = ledger;
		this.events = events;
		this.failures = failures;
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
		String quoted = (known == null && thrown != null) ? this.failures.findQuoting(thrown) : null;
		if (known != null || quoted != null) {
			event.setEventId(new SentryId((known != null) ? known : quoted));
		}
		open(hint, () -> {
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

	/** The outcome of an event without an account is unknown: it counts as sent. */
	private void open(Hint hint, Runnable sent) {
		Object other = HintUtils.getSentrySdkHint(hint);
		if (!isAccounted() || (other != null && !(other instanceof Capture))) {
			sent.run();
			return;
		}
		// The client has dropped the previous event without notice
		settle(this.current.get(), (channel) -> channel.dropped(DropReason.ERROR));
		channel().offered();
		Capture capture = new Capture(sent);
		this.current.set(capture);
		hint.set(TypeCheckHint.SENTRY_TYPE_CHECK_HINT, capture);
	}

	@Override
	public void execute(DiscardReason reason, DataCategory category, Long count) {
		if (category != DataCategory.Error || !isAccounted() || reason == DiscardReason.CACHE_OVERFLOW) {
			// The latter has removed another event from the disk
			return;
		}
		Capture capture = this.current.get();
		if (reason == DiscardReason.NETWORK_ERROR || reason == DiscardReason.SEND_ERROR) {
			this.failure.set(reason);
		}
		else if (capture != null) {
			this.current.remove();
			settle(capture, (channel) -> count(channel, reason));
		}
		else if (reason == DiscardReason.EVENT_PROCESSOR) {
			// Ignored types and duplicates do not reach the processor
			channel().offered();
			channel().filtered();
		}
	}

	private static void count(Channel channel, DiscardReason reason) {
		switch (reason) {
			case SAMPLE_RATE, BACKPRESSURE -> channel.sampledOut(1);
			case BEFORE_SEND, EVENT_PROCESSOR -> channel.filtered();
			case QUEUE_OVERFLOW -> channel.dropped(DropReason.OVERFLOW);
			default -> channel.dropped(DropReason.REJECTED);
		}
	}

	private void enqueued(Capture capture) {
		if (this.current.get() == capture) {
			this.current.remove();
		}
		channel().accepted(1);
		capture.sent.run();
	}

	private void submitted(Capture capture, boolean success) {
		DiscardReason reason = this.failure.get();
		this.failure.remove();
		if (this.current.get() == capture) {
			this.current.remove();
		}
		if (success) {
			settle(capture, (channel) -> channel.delivered(1));
		}
		else if (!this.events.scopes().isEnabled()) {
			settle(capture, (channel) -> channel.dropped(DropReason.SHUTDOWN));
		}
		else if (reason != null || this.events.scopes().getOptions().getCacheDirPath() == null) {
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
		return this.ledger.channel("sentry.direct");
	}

	private boolean isAccounted() {
		return !EventCapture.isActive() && HoldingTransport.isNotifying(this.events.scopes().getOptions());
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

}
