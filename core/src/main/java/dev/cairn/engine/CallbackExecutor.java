package dev.cairn.engine;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import dev.cairn.internal.Threads;

/**
 * Calls code of the application on a thread of its own, which ends while there is nothing
 * to call. Thread-safe.
 */
final class CallbackExecutor {

	private static final int MOST = 10_000;

	private final ThreadPoolExecutor thread;

	CallbackExecutor(ThreadFactory threads) {
		this.thread = new ThreadPoolExecutor(1, 1, 100, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(MOST),
				threads);
		this.thread.allowCoreThreadTimeOut(true);
	}

	/** Returns whether the call will be made. */
	boolean execute(Runnable call) {
		try {
			this.thread.execute(call);
			return true;
		}
		catch (RejectedExecutionException ex) {
			return false;
		}
	}

	/** Waits for the calls that were accepted; further ones are not. */
	void stop(Duration timeout) {
		Threads.shutDown(this.thread, timeout);
	}

}
