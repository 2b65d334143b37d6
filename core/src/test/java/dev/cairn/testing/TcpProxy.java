package dev.cairn.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Forwards connections to a real server, on a port that stays the same. It can be
 * stopped, so that the server appears to be down, and can hold back data, so that it
 * hangs.
 */
public final class TcpProxy {

	private final int port = Ports.free();

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private volatile int target;

	private volatile CountDownLatch gate = new CountDownLatch(0);

	private ServerSocket server;

	private Thread acceptor;

	public int port() {
		return this.port;
	}

	public void target(int port) {
		this.target = port;
	}

	public synchronized void start() {
		if (this.server != null) {
			return;
		}
		try {
			ServerSocket open = new ServerSocket();
			open.setReuseAddress(true);
			open.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port));
			this.server = open;
			this.acceptor = daemon(() -> accept(open));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void accept(ServerSocket open) {
		while (!open.isClosed()) {
			try {
				Socket client = open.accept();
				this.sockets.add(client);
				Socket upstream = new Socket(InetAddress.getLoopbackAddress(), this.target);
				this.sockets.add(upstream);
				daemon(() -> pump(client, upstream));
				daemon(() -> pump(upstream, client));
				if (open.isClosed()) {
					closeSockets();
				}
			}
			catch (IOException ex) {
				// Closed, or no server
			}
		}
	}

	private void pump(Socket from, Socket to) {
		byte[] buffer = new byte[16_384];
		try (from; to) {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			int length = in.read(buffer);
			while (length >= 0) {
				this.gate.await();
				out.write(buffer, 0, length);
				length = in.read(buffer);
			}
		}
		catch (IOException | InterruptedException ex) {
			// Closed
		}
		this.sockets.remove(from);
		this.sockets.remove(to);
	}

	public void hang() {
		this.gate = new CountDownLatch(1);
	}

	public void resume() {
		this.gate.countDown();
	}

	public synchronized void stop() throws IOException {
		if (this.server != null) {
			this.server.close();
			this.server = null;
			closeSockets();
			// The port is only free when no thread waits on it any more
			joinAcceptor();
		}
	}

	private void joinAcceptor() {
		try {
			this.acceptor.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void closeSockets() throws IOException {
		for (Socket socket : this.sockets) {
			socket.close();
		}
		this.sockets.clear();
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "tcp-proxy");
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

}
