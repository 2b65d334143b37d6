package dev.cairn.file;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.cairn.testing.Ports;
import org.jspecify.annotations.Nullable;

/**
 * Receives messages over TCP that have their length in front of them.
 */
final class SyslogServer {

	private final int port = Ports.free();

	private final List<String> messages = new CopyOnWriteArrayList<>();

	private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

	private @Nullable ServerSocket server;

	private @Nullable Thread acceptor;

	/** Whether the next connection is closed within its first message. */
	private volatile boolean breaking;

	int port() {
		return this.port;
	}

	List<String> messages() {
		return this.messages;
	}

	void breakNext() {
		this.breaking = true;
	}

	synchronized void start() throws IOException {
		if (this.server == null) {
			ServerSocket open = new ServerSocket(this.port, 50, InetAddress.getLoopbackAddress());
			this.server = open;
			this.acceptor = run(() -> accept(open));
		}
	}

	private static Thread run(Runnable loop) {
		Thread thread = new Thread(loop, "syslog-server");
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	private void accept(ServerSocket open) {
		while (!open.isClosed()) {
			try {
				Socket connection = open.accept();
				this.connections.add(connection);
				run(() -> receive(connection));
			}
			catch (IOException ex) {
				// Closed
			}
		}
	}

	private void receive(Socket connection) {
		try (connection) {
			DataInputStream in = new DataInputStream(connection.getInputStream());
			if (this.breaking) {
				this.breaking = false;
				in.readNBytes(10);
				return;
			}
			while (true) {
				this.messages.add(new String(in.readNBytes(length(in)), StandardCharsets.UTF_8));
			}
		}
		catch (IOException ex) {
			// Closed
		}
		finally {
			this.connections.remove(connection);
		}
	}

	private static int length(DataInputStream in) throws IOException {
		StringBuilder digits = new StringBuilder();
		for (int c = in.read(); c != ' '; c = in.read()) {
			if (c < 0) {
				throw new EOFException();
			}
			digits.append((char) c);
		}
		return Integer.parseInt(digits.toString());
	}

	/** The port accepts connections as long as a thread waits for one. */
	synchronized void stop() throws IOException, InterruptedException {
		ServerSocket open = this.server;
		Thread waiting = this.acceptor;
		this.server = null;
		if (open != null && waiting != null) {
			open.close();
			waiting.join();
		}
		for (Socket connection : this.connections) {
			connection.close();
		}
	}

}
