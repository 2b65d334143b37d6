package dev.cairn.sentry;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.cairn.Ledger.DropReason;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import io.sentry.AsyncHttpTransportFactory;
import io.sentry.DataCategory;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.IScopes;
import io.sentry.SentryEvent;
import io.sentry.SentryOptions;
import io.sentry.TypeCheckHint;
import io.sentry.clientreport.DiscardReason;
import io.sentry.hints.Enqueable;
import io.sentry.hints.SubmissionResult;
import io.sentry.util.HintUtils;
import org.jspecify.annotations.Nullable;

/**
 * The account of the events that the application captures directly, such as with
 * {@code Sentry.captureException}: the channel {@value #CHANNEL} of the Ledger.
 * <p>
 * An event is offered when it passes this processor, and delivered when Sentry's server
 * has accepted it. Ignored types, duplicates, and what event processors and
 * {@code before-send} reject are filtered; what {@code sample-rate} rejects is sampled
 * out. What waits in Sentry's queue or in its cache on disk is held. Events with a
 * type-check hint of their own are not accounted for, nor is any event if the transport
 * is not Sentry's own, since their outcome is unknown. Thread-safe.
 */
public final class DirectCaptures implements EventProcessor, SentryOptions.OnDiscardCallback {

	/** The name of the channel. */
	public static final String CHANNEL = "sentry.direct";

	private final Supplier<IScopes> scopes;

	private final Accounts ledger;

	/** The event that the client processes on the calling thread. */
	private final ThreadLocal<@Nullable Capture> current = new ThreadLocal<>();

	/** Why the transport failed, on its thread, just before it notifies the hint. */
	private final ThreadLocal<@Nullable DiscardReason> failure = new ThreadLocal<>();

	/**
	 * Creates an account. Add it to Sentry's options both as an event processor and as
	 * the callback for discarded events.
	 * @param scopes returns the scopes of the calling thread
	 * @param ledger opens the channel
	 */
	public DirectCaptures(Supplier<IScopes> scopes, Accounts ledger) {
		this.scopes = scopes;
		this.ledger = ledger;
	}

	@Override
	public SentryEvent process(SentryEvent event, Hint hint) {
		Object other = HintUtils.getSentrySdkHint(hint);
		if (!isAccounted() || (other != null && !(other instanceof Capture))) {
			return event;
		}
		// The client has dropped the previous event without notice
		settle(this.current.get(), (channel) -> channel.dropped(DropReason.ERROR));
		channel().offered();
		Capture capture = new Capture();
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
		return !SentryDestination.isCapturing()
				&& this.scopes.get().getOptions().getTransportFactory() instanceof AsyncHttpTransportFactory;
	}

	/**
	 * An event on its way. Sentry's transport notifies it of the outcome.
	 */
	private final class Capture implements SubmissionResult, Enqueable {

		private final AtomicBoolean settled = new AtomicBoolean();

		private volatile boolean success;

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
