package dev.cairn.collector;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.cairn.internal.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Receives lines over TCP, with a thread for each connection. There is a bounded number
 * of connections; one that is silent or sends a line that is too long is closed.
 */
class TcpListener extends Listener<ServerSocket> {

	private static final int MAX_CONNECTIONS = 50;

	private static final int SILENCE_MILLIS = (int) Duration.ofMinutes(5).toMillis();

	private final Lines lines;

	private final Body body;

	private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

	TcpListener(InetSocketAddress address, Lines lines, Body body) {
		super("tcp", address);
		this.lines = lines;
		this.body = body;
	}

	@Override
	ServerSocket open(InetSocketAddress address) throws IOException {
		ServerSocket open = new ServerSocket();
		open.setReuseAddress(true);
		open.bind(address);
		return open;
	}

	@Override
	int port(ServerSocket socket) {
		return socket.getLocalPort();
	}

	@Override
	void receive(ServerSocket open) {
		while (!open.isClosed()) {
			try {
				Socket connection = open.accept();
				if (this.connections.size() >= MAX_CONNECTIONS) {
					close(connection);
					continue;
				}
				this.connections.add(connection);
				Threads.helper(() -> serve(connection), "cairn-collector-connection").start();
			}
			catch (IOException ex) {
				pauseAfterFailure(open);
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
		super.suspend(timeout);
		this.connections.forEach(Listener::close);
	}

}
