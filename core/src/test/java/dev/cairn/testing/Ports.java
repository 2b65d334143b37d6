package dev.cairn.testing;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds free ports that a test can close and open again, below the range that the system
 * assigns. Each process has a range of its own, so the tests of another build do not take
 * a port while it is closed.
 */
public final class Ports {

	private static final int FIRST = 20_000;

	private static final int RANGES = 24;

	private static final int RANGE = 500;

	/** Open as long as this process runs: it reserves the range above it. */
	private static final ServerSocket RESERVATION = reserve();

	private static int last = RESERVATION.getLocalPort();

	private Ports() {
	}

	private static ServerSocket reserve() {
		int start = ThreadLocalRandom.current().nextInt(RANGES);
		for (int i = 0; i < RANGES; i++) {
			try {
				return new ServerSocket(FIRST + (start + i) % RANGES * RANGE, 1, InetAddress.getLoopbackAddress());
			}
			catch (IOException ex) {
				// Of another process
			}
		}
		throw new IllegalStateException("no range of ports is free");
	}

	public static synchronized int free() {
		int first = RESERVATION.getLocalPort() + 1;
		for (int i = 0; i < RANGE; i++) {
			last = (last < first + RANGE - 2) ? last + 1 : first;
			if (isFree(last)) {
				return last;
			}
		}
		throw new IllegalStateException("no port is free");
	}

	private static boolean isFree(int port) {
		InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
		try (ServerSocket tcp = new ServerSocket(); DatagramSocket udp = new DatagramSocket(address)) {
			tcp.bind(address);
			return tcp.isBound() && udp.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

}
