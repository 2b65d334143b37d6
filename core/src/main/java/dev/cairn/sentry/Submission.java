package dev.cairn.sentry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.cairn.Message;
import io.sentry.Hint;
import io.sentry.IScopes;
import io.sentry.SentryEnvelope;
import io.sentry.SentryEvent;
import io.sentry.hints.Enqueable;
import io.sentry.hints.SubmissionResult;
import org.jspecify.annotations.Nullable;

/**
 * An event that Sentry's client has processed, and its way through the client's
 * transport, which notifies hints of these types when the event enters its queue and when
 * the server has answered.
 */
final class Submission implements SubmissionResult, Enqueable {

	private final SentryEvent event;

	private final Message message;

	private @Nullable SentryEnvelope envelope;

	private @Nullable Hint hint;

	private boolean notifying;

	/** Released when the latest attempt has an outcome. */
	private volatile CountDownLatch done = new CountDownLatch(1);

	private volatile boolean enqueued;

	private volatile boolean success;

	Submission(SentryEvent event, Message message) {
		this.event = event;
		this.message = message;
	}

	/** Holds the envelope until it is sent, and returns whether it is the first time. */
	boolean hold(SentryEnvelope envelope, Hint hint, boolean notifying) {
		if (this.envelope != null) {
			return false;
		}
		this.envelope = envelope;
		this.hint = hint;
		this.notifying = notifying;
		return true;
	}

	/**
	 * Sends the envelope, once more if the last attempt has failed. The event is
	 * serialized then, so it still takes what is new in the message.
	 */
	void send(IScopes scopes, Message message) {
		SentryEnvelope held = this.envelope;
		if (held != null) {
			addNewFields(message);
			this.enqueued = false;
			this.success = false;
			this.done = new CountDownLatch(1);
			scopes.captureEnvelope(held, this.hint);
		}
	}

	private void addNewFields(Message sent) {
		if (sent != this.message && this.event.getContexts().get(SentryEvents.CONTEXT) instanceof Map<?, ?> context) {
			Map<Object, @Nullable Object> extended = new LinkedHashMap<>(context);
			sent.fields().forEach((name, value) -> {
				if (!this.message.fields().containsKey(name)) {
					extended.put(name, value);
				}
			});
			this.event.getContexts().put(SentryEvents.CONTEXT, extended);
		}
	}

	@Override
	public void markEnqueued() {
		this.enqueued = true;
	}

	@Override
	public void setResult(boolean success) {
		this.success = success;
		this.done.countDown();
	}

	@Override
	public boolean isSuccess() {
		return this.success;
	}

	boolean isDone() {
		return this.done.getCount() == 0;
	}

	/** Returns whether the transport reports the outcome. */
	boolean isNotifying() {
		return this.notifying;
	}

	/** Returns whether the queue was full, or whether the transport ignores hints. */
	boolean isUnknown() {
		return !this.enqueued && !isDone();
	}

	/** Returns whether the client may still deliver the event, or has delivered it. */
	boolean isHeld() {
		return isDone() ? this.success : this.enqueued;
	}

	boolean await(long nanos) throws InterruptedException {
		return this.done.await(nanos, TimeUnit.NANOSECONDS) && this.success;
	}

}
