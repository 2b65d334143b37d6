package dev.cairn.console;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * The streams that are open. It stops before the web server, which would wait for them.
 * Thread-safe.
 */
final class Streams implements SmartLifecycle {

	/** A stream ends after this time, and the browser connects again. */
	static final Duration LONGEST = Duration.ofMinutes(30);

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);

	private final int max;

	private final Set<Stream> open = ConcurrentHashMap.newKeySet();

	private volatile boolean running;

	Streams(int max) {
		this.max = max;
	}

	/** Opens a stream, or returns {@code null} if there are too many. */
	synchronized @Nullable Stream open() {
		if (!this.running || this.open.size() >= this.max) {
			return null;
		}
		Stream stream = new Stream();
		this.open.add(stream);
		return stream;
	}

	int size() {
		return this.open.size();
	}

	@Override
	public synchronized void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		Set<Stream> ending;
		synchronized (this) {
			this.running = false;
			ending = Set.copyOf(this.open);
		}
		ending.forEach(Stream::end);
		long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
		for (Stream stream : ending) {
			stream.awaitClosed(deadline - System.nanoTime());
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return Integer.MAX_VALUE;
	}

	/**
	 * An open stream.
	 */
	final class Stream {

		private final CompletableFuture<Boolean> ending = new CompletableFuture<>();

		private final CountDownLatch closed = new CountDownLatch(1);

		/** Asks the writer to end the stream. */
		void end() {
			this.ending.complete(true);
		}

		CompletableFuture<Boolean> ending() {
			return this.ending;
		}

		/** Waits for the next event. Returns whether the stream goes on. */
		boolean awaitNext(Duration pause) {
			try {
				this.ending.get(pause.toNanos(), TimeUnit.NANOSECONDS);
				return false;
			}
			catch (TimeoutException ex) {
				return true;
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
			catch (ExecutionException ex) {
				throw new IllegalStateException(ex);
			}
		}

		/** Notes that nothing is written any more. */
		void close() {
			end();
			Streams.this.open.remove(this);
			this.closed.countDown();
		}

		private void awaitClosed(long nanos) {
			try {
				this.closed.await(nanos, TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
