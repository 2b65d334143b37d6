package dev.cairn.sentry;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.sentry.hints.Enqueable;
import io.sentry.hints.SubmissionResult;

/**
 * The outcome of an event in Sentry's transport, which notifies hints of these types when
 * the event enters its queue and when the server has answered.
 */
final class SubmissionOutcome implements SubmissionResult, Enqueable {

	private final CountDownLatch done = new CountDownLatch(1);

	private volatile boolean enqueued;

	private volatile boolean success;

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

	boolean isFailed() {
		return isDone() && !this.success;
	}

	boolean await(long nanos) throws InterruptedException {
		return this.done.await(nanos, TimeUnit.NANOSECONDS) && this.success;
	}

}
