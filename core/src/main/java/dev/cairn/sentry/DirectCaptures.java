package dev.cairn.sentry;

import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.cairn.DropReason;
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
import io.sentry.util.HintUtils;
import org.jspecify.annotations.Nullable;

/**
 * The account of the events that the application captures by itself, such as with
 * {@code Sentry.captureException}. Sentry's client has no queue of Cairn's in front of it
 * and never tries again, and what it discards it tells only its server; here it shows in
 * the Ledger, as the channel {@value #CHANNEL}.
 * <p>
 * An event is offered when it comes by, and delivered when Sentry's server has taken it.
 * What ignored types, duplicates, event processors and {@code before-send} did not want
 * is filtered, what {@code sample-rate} did not want is sampled out. What waits in
 * Sentry's queue is held, and so is what Sentry keeps in its cache on the disk for
 * another time. No account is kept of events that carry a type-check hint of somebody
 * else, and none with a transport that is not Sentry's own: nobody tells what became of
 * them. Thread-safe.
 */
public final class DirectCaptures implements EventProcessor, SentryOptions.OnDiscardCallback {

	/** The name of the channel. */
	public static final String CHANNEL = "sentry.direct";

	private final Supplier<IScopes> scopes;

	private final Accounts ledger;

	/** What the client works on, on the thread that captures. */
	private final ThreadLocal<@Nullable DirectCapture> current = new ThreadLocal<>();

	/** Why the transport has failed, on its own thread, just before it tells the hint. */
	private final ThreadLocal<@Nullable DiscardReason> failure = new ThreadLocal<>();

	/**
	 * Create an account. It is to be added to Sentry's options both as an event processor
	 * and as the callback for what is discarded.
	 * @param scopes returns the scopes of the calling thread
	 * @param ledger has the channel
	 */
	public DirectCaptures(Supplier<IScopes> scopes, Accounts ledger) {
		this.scopes = scopes;
		this.ledger = ledger;
	}

	@Override
	public SentryEvent process(SentryEvent event, Hint hint) {
		Object other = HintUtils.getSentrySdkHint(hint);
		if (!isAccounted() || (other != null && !(other instanceof DirectCapture))) {
			return event;
		}
		// The client has lost the one before without a word
		settle(this.current.get(), (channel) -> channel.dropped(DropReason.ERROR));
		channel().offered();
		DirectCapture capture = new DirectCapture(this);
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
			// Some other event had to leave the disk
			case CACHE_OVERFLOW -> {
			}
			default -> discarded(reason);
		}
	}

	private void discarded(DiscardReason reason) {
		DirectCapture capture = this.current.get();
		if (capture != null) {
			this.current.remove();
			settle(capture, (channel) -> count(channel, reason));
		}
		else if (reason == DiscardReason.EVENT_PROCESSOR) {
			// Ignored types and duplicates never come as far as to this processor
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

	void enqueued(DirectCapture capture) {
		if (this.current.get() == capture) {
			this.current.remove();
		}
		channel().accepted();
	}

	void submitted(DirectCapture capture, boolean success) {
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
		channel.dropped((reason == DiscardReason.NETWORK_ERROR) ? DropReason.EXPIRED : DropReason.REJECTED);
		channel.lastError(
				(reason != null) ? "Sentry's client: " + reason.getReason() : "Sentry's server did not take the event");
	}

	private void settle(@Nullable DirectCapture capture, Consumer<Channel> outcome) {
		if (capture != null) {
			capture.settle(channel(), outcome);
		}
	}

	/** Opened only by an application that captures by itself. */
	private Channel channel() {
		return this.ledger.channel(CHANNEL);
	}

	private boolean isAccounted() {
		return !OwnCapture.isActive()
				&& this.scopes.get().getOptions().getTransportFactory() instanceof AsyncHttpTransportFactory;
	}

}
