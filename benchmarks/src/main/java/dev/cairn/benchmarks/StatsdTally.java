package dev.cairn.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;

/**
 * A StatsD server in a process of its own that adds up the values of two metrics: the
 * values of the counter {@code orders}, and the samples of {@code times}. Prints its
 * port; a datagram {@code ?} is answered with both sums.
 */
public final class StatsdTally {

	private static final int BUFFER = 64 * 1024 * 1024;

	private static final int LARGEST = 65_535;

	private long counted;

	private long samples;

	private StatsdTally() {
	}

	/**
	 * Serve until the process is ended.
	 * @param args none
	 * @throws IOException when there is no port to be had
	 */
	public static void main(String[] args) throws IOException {
		new StatsdTally().serve();
	}

	private void serve() throws IOException {
		try (DatagramChannel channel = DatagramChannel.open()) {
			channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
			channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
			System.out.println(((InetSocketAddress) channel.getLocalAddress()).getPort());
			ByteBuffer datagram = ByteBuffer.allocateDirect(LARGEST);
			byte[] bytes = new byte[LARGEST];
			while (true) {
				datagram.clear();
				var sender = channel.receive(datagram);
				datagram.flip();
				int length = datagram.remaining();
				datagram.get(bytes, 0, length);
				if (length == 1 && bytes[0] == '?') {
					channel.send(StandardCharsets.US_ASCII.encode(this.counted + " " + this.samples), sender);
				}
				else {
					read(bytes, length);
				}
			}
		}
	}

	private void read(byte[] bytes, int length) {
		int start = 0;
		for (int i = 0; i <= length; i++) {
			if (i == length || bytes[i] == '\n') {
				line(bytes, start, i);
				start = i + 1;
			}
		}
	}

	/** Values stand between the name and the bar, apart by colons. */
	private void line(byte[] bytes, int start, int end) {
		int at = start;
		while (at < end && bytes[at] != ':') {
			at++;
		}
		boolean counter = at > start && bytes[start] == 'o';
		boolean timer = at > start && bytes[start] == 't';
		long value = 0;
		int values = (at < end) ? 1 : 0;
		for (at++; at < end && bytes[at] != '|'; at++) {
			if (bytes[at] == ':') {
				values++;
			}
			else if (bytes[at] >= '0' && bytes[at] <= '9') {
				value = value * 10 + bytes[at] - '0';
			}
		}
		this.counted += counter ? value : 0;
		this.samples += timer ? values : 0;
	}

}
