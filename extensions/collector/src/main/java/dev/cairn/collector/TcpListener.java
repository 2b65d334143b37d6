package dev.cairn.collector;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.cairn.Lifecycle;
import dev.cairn.internal.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Receives lines over TCP, with a thread for each connection. There is a bounded number
 * of connections; one that is silent or sends a line that is too long is closed.
 */
final class TcpListener implements Lifecycle, AutoCloseable {

	private static final int MAX_CONNECTIONS = 50;

	private static final int SILENCE_MILLIS = (int) Duration.ofMinutes(5).toMillis();

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

	private final InetSocketAddress address;

	private final Lines lines;

	private final Body body;

	private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

	/** Guarded by this. */
	private @Nullable ServerSocket server;

	/** Guarded by this. */
	private @Nullable Thread thread;

	/** Guarded by this. */
	private boolean stopped;

	TcpListener(InetSocketAddress address, Lines lines, Body body) {
		this.address = address;
		this.lines = lines;
		this.body = body;
	}

	/** Returns the port while it is open, or -1. */
	synchronized int port() {
		return (this.server != null) ? this.server.getLocalPort() : -1;
	}

	@Override
	public synchronized void start() {
		if (this.stopped || this.server != null) {
			return;
		}
		try {
			ServerSocket open = new ServerSocket();
			open.setReuseAddress(true);
			open.bind(this.address);
			this.server = open;
			this.thread = Threads.helper(() -> accept(open), "cairn-collector-tcp");
			this.thread.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("cairn.collector.tcp.port cannot be opened at " + this.address, ex);
		}
	}

	private void accept(ServerSocket open) {
		while (!open.isClosed()) {
			try {
				Socket connection = open.accept();
				if (this.connections.size() >= MAX_CONNECTIONS) {
					connection.close();
					continue;
				}
				this.connections.add(connection);
				Threads.helper(() -> serve(connection), "cairn-collector-connection").start();
			}
			catch (IOException ex) {
				// It was closed, or the next connection may succeed
			}
		}
	}

	private void serve(Socket connection) {
		try (Socket open = connection) {
			open.setSoTimeout(SILENCE_MILLIS);
			InputStream in = new BufferedInputStream(open.getInputStream());
			byte[] line = readLine(in);
			while (line != null) {
				this.lines.receive(line, line.length);
				line = readLine(in);
			}
		}
		catch (RefusedException ex) {
			this.lines.refused(ex);
		}
		catch (IOException ex) {
			// It was closed, or is silent
		}
		finally {
			this.connections.remove(connection);
		}
	}

	/** Returns {@code null} at the end. */
	private byte @Nullable [] readLine(InputStream in) throws IOException, RefusedException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		int next = in.read();
		if (next < 0) {
			return null;
		}
		while (next >= 0 && next != '\n') {
			if (line.size() == this.body.maxBytes()) {
				throw this.body.tooLarge();
			}
			line.write(next);
			next = in.read();
		}
		return line.toByteArray();
	}

	@Override
	public void suspend(Duration timeout) {
		Thread ending;
		synchronized (this) {
			close(this.server);
			this.server = null;
			ending = this.thread;
			this.thread = null;
		}
		this.connections.forEach(TcpListener::close);
		if (ending != null) {
			Threads.join(ending, Threads.deadline(timeout));
		}
		// One may have been accepted meanwhile
		this.connections.forEach(TcpListener::close);
	}

	private static void close(@Nullable AutoCloseable socket) {
		try {
			if (socket != null) {
				socket.close();
			}
		}
		catch (Exception ex) {
			// There is nothing left to close
		}
	}

	@Override
	public void stop(Duration timeout) {
		synchronized (this) {
			this.stopped = true;
		}
		suspend(timeout);
	}

	@Override
	public void close() {
		stop(CLOSE_TIMEOUT);
	}

}
