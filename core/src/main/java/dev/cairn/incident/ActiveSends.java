package dev.cairn.incident;

import java.util.concurrent.TimeUnit;

/**
 * The number of messages that waited and are being sent. Thread-safe.
 */
final class ActiveSends {

	private int number;

	synchronized void increment() {
		this.number++;
	}

	synchronized void decrement() {
		this.number--;
		notifyAll();
	}

	/** Waits until there is none, and returns whether that is so. */
	synchronized boolean awaitNone(long timeoutNanos) {
		long deadline = System.nanoTime() + timeoutNanos;
		try {
			long left = timeoutNanos;
			while (this.number > 0 && left > 0) {
				TimeUnit.NANOSECONDS.timedWait(this, left);
				left = deadline - System.nanoTime();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return this.number == 0;
	}

}
