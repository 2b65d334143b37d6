package dev.cairn.collector;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;

import dev.cairn.Lifecycle;
import dev.cairn.internal.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Receives lines on a socket, with one thread of its own. While it is suspended, it has
 * neither. Thread-safe.
 *
 * @param <S> the type of the socket
 */
abstract class Listener<S extends Closeable> implements Lifecycle, AutoCloseable {

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

	private static final Duration PAUSE = Duration.ofSeconds(1);

	private final String protocol;

	private final InetSocketAddress address;

	/** Guarded by this. */
	private @Nullable S socket;

	/** Guarded by this. */
	private @Nullable Thread thread;

	/** Guarded by this. */
	private boolean stopped;

	Listener(String protocol, InetSocketAddress address) {
		this.protocol = protocol;
		this.address = address;
	}

	/** Opens the socket. */
	abstract S open(InetSocketAddress address) throws IOException;

	/** Receives until the socket is closed. */
	abstract void receive(S socket);

	/** Returns the port of an open socket. */
	abstract int port(S socket);

	/** Returns the port while it is open, or -1. */
	final synchronized int port() {
		return (this.socket != null) ? port(this.socket) : -1;
	}

	@Override
	public final synchronized void start() {
		if (this.stopped || this.socket != null) {
			return;
		}
		try {
			S open = open(this.address);
			this.socket = open;
			this.thread = Threads.helper(() -> receive(open), "cairn-collector-" + this.protocol);
			this.thread.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(
					"cairn.collector." + this.protocol + ".port cannot be opened at " + this.address, ex);
		}
	}

	@Override
	public void suspend(Duration timeout) {
		Thread ending;
		synchronized (this) {
			close(this.socket);
			this.socket = null;
			notifyAll();
			ending = this.thread;
			this.thread = null;
		}
		if (ending != null) {
			Threads.join(ending, Threads.deadline(timeout));
		}
	}

	/**
	 * Waits for a moment while the socket is open, since the next attempt may fail at
	 * once as well, such as without free file descriptors.
	 */
	final synchronized void pauseAfterFailure(S open) {
		try {
			if (this.socket == open) {
				wait(PAUSE.toMillis());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	static void close(@Nullable Closeable socket) {
		try {
			if (socket != null) {
				socket.close();
			}
		}
		catch (IOException ex) {
			// There is nothing left to close
		}
	}

	@Override
	public final void stop(Duration timeout) {
		synchronized (this) {
			this.stopped = true;
		}
		suspend(timeout);
	}

	@Override
	public final void close() {
		stop(CLOSE_TIMEOUT);
	}

}
