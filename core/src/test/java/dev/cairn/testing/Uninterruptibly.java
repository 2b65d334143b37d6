package dev.cairn.testing;

import java.util.concurrent.CountDownLatch;

/**
 * Waits as code does that ignores interrupts, for example a disk that hangs.
 */
public final class Uninterruptibly {

	private Uninterruptibly() {
	}

	/**
	 * Waits for a latch.
	 * @param latch the latch
	 */
	public static void await(CountDownLatch latch) {
		while (latch.getCount() > 0) {
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				// Waits on
			}
		}
	}

	/**
	 * Waits for the end of a thread.
	 * @param thread the thread
	 */
	public static void join(Thread thread) {
		while (thread.isAlive()) {
			try {
				thread.join();
			}
			catch (InterruptedException ex) {
				// Waits on
			}
		}
	}

}
