package dev.cairn.collector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;

import dev.cairn.Lifecycle;
import dev.cairn.internal.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Receives datagrams on one thread.
 */
final class UdpListener implements Lifecycle, AutoCloseable {

	private static final int MAX_DATAGRAM = 65_535;

	private static final int RECEIVE_BUFFER = 1024 * 1024;

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

	private final InetSocketAddress address;

	private final Lines lines;

	/** Guarded by this. */
	private @Nullable DatagramSocket socket;

	/** Guarded by this. */
	private @Nullable Thread thread;

	/** Guarded by this. */
	private boolean stopped;

	UdpListener(InetSocketAddress address, Lines lines) {
		this.address = address;
		this.lines = lines;
	}

	/** Returns the port while it is open, or -1. */
	synchronized int port() {
		return (this.socket != null) ? this.socket.getLocalPort() : -1;
	}

	@Override
	public synchronized void start() {
		if (this.stopped || this.socket != null) {
			return;
		}
		try {
			DatagramSocket open = new DatagramSocket(this.address);
			open.setReceiveBufferSize(RECEIVE_BUFFER);
			this.socket = open;
			this.thread = Threads.helper(() -> receive(open), "cairn-collector-udp");
			this.thread.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("cairn.collector.udp.port cannot be opened at " + this.address, ex);
		}
	}

	private void receive(DatagramSocket open) {
		DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
		while (!open.isClosed()) {
			try {
				packet.setLength(MAX_DATAGRAM);
				open.receive(packet);
				this.lines.receive(packet.getData(), packet.getLength());
			}
			catch (IOException ex) {
				// It was closed, or the next datagram may succeed
			}
		}
	}

	@Override
	public void suspend(Duration timeout) {
		Thread ending;
		synchronized (this) {
			if (this.socket != null) {
				this.socket.close();
			}
			this.socket = null;
			ending = this.thread;
			this.thread = null;
		}
		if (ending != null) {
			Threads.join(ending, Threads.deadline(timeout));
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
