package dev.cairn.sentry;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.sentry.SentryEvent;
import io.sentry.hints.Enqueable;
import io.sentry.hints.SubmissionResult;

/**
 * An event that was handed over to Sentry's client, whose transport notifies hints of
 * these types when the event enters its queue and when the server has answered.
 */
final class Submission implements SubmissionResult, Enqueable {

	private final SentryEvent event;

	private final CountDownLatch done = new CountDownLatch(1);

	private volatile boolean enqueued;

	private volatile boolean success;

	Submission(SentryEvent event) {
		this.event = event;
	}

	SentryEvent event() {
		return this.event;
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

	/** Returns whether the queue is full, or whether the transport ignores hints. */
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
