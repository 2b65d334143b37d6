package dev.cairn.sentry;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.sentry.hints.Enqueable;
import io.sentry.hints.SubmissionResult;

/**
 * What became of an event in Sentry's transport, which tells a hint of these types
 * whether it took the event into its queue and whether the server took it.
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

	/** Told nothing: the transport's queue is full, or it does not know of hints. */
	boolean isUnheard() {
		return !this.enqueued && this.done.getCount() > 0;
	}

	boolean isFailed() {
		return this.done.getCount() == 0 && !this.success;
	}

	boolean await(long nanos) throws InterruptedException {
		return this.done.await(nanos, TimeUnit.NANOSECONDS) && this.success;
	}

}
