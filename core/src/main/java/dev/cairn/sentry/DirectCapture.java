package dev.cairn.sentry;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.cairn.delivery.Channel;
import io.sentry.hints.Enqueable;
import io.sentry.hints.SubmissionResult;

/**
 * One event that the application captures by itself, on its way through Sentry's client.
 * It rides along as the hint that Sentry's transport tells of the outcome.
 */
final class DirectCapture implements SubmissionResult, Enqueable {

	private final DirectCaptures captures;

	private final AtomicBoolean settled = new AtomicBoolean();

	private volatile boolean success;

	DirectCapture(DirectCaptures captures) {
		this.captures = captures;
	}

	@Override
	public void markEnqueued() {
		this.captures.enqueued(this);
	}

	@Override
	public void setResult(boolean success) {
		this.success = success;
		this.captures.submitted(this, success);
	}

	@Override
	public boolean isSuccess() {
		return this.success;
	}

	/** Only the first outcome counts. */
	void settle(Channel channel, Consumer<Channel> outcome) {
		if (this.settled.compareAndSet(false, true)) {
			outcome.accept(channel);
		}
	}

}
