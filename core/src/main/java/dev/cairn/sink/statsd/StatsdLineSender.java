package dev.cairn.sink.statsd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.cairn.DropReason;
import dev.cairn.sink.BatchSender;
import dev.cairn.sink.Datagrams;
import dev.cairn.sink.Delivery;

/**
 * Packs StatsD lines into datagrams, several a datagram with a line feed between them,
 * and sends them over UDP. A line counts as delivered when the operating system has taken
 * its datagram.
 */
public final class StatsdLineSender implements BatchSender<String> {

	private static final int LARGEST_DATAGRAM = 65_507;

	private final Datagrams datagrams;

	private final byte[] packet;

	private final int packetLength;

	private int length;

	/**
	 * Create a sender.
	 * @param host the server
	 * @param port its port
	 * @param packetLength how large a datagram may become, in bytes; a single longer line
	 * goes alone
	 */
	public StatsdLineSender(String host, int port, int packetLength) {
		if (packetLength < 1 || packetLength > LARGEST_DATAGRAM) {
			throw new IllegalArgumentException(
					"packetLength must be 1 to " + LARGEST_DATAGRAM + ", but was " + packetLength);
		}
		this.datagrams = new Datagrams(host, port);
		this.packet = new byte[LARGEST_DATAGRAM];
		this.packetLength = packetLength;
	}

	@Override
	public void send(List<Delivery<String>> batch) throws IOException {
		this.length = 0;
		int from = 0;
		for (int i = 0; i < batch.size(); i++) {
			byte[] line = batch.get(i).item().getBytes(StandardCharsets.UTF_8);
			if (line.length > LARGEST_DATAGRAM) {
				batch.get(i).drop(DropReason.OVERSIZE, "a line of " + line.length + " bytes");
				continue;
			}
			if (this.length > 0 && this.length + 1 + line.length > this.packetLength) {
				flush(batch.subList(from, i));
				from = i;
			}
			append(line);
		}
		flush(batch.subList(from, batch.size()));
	}

	private void append(byte[] line) {
		if (this.length > 0) {
			this.packet[this.length++] = '\n';
		}
		System.arraycopy(line, 0, this.packet, this.length, line.length);
		this.length += line.length;
	}

	private void flush(List<Delivery<String>> lines) throws IOException {
		if (this.length > 0) {
			this.datagrams.send(this.packet, this.length);
			this.length = 0;
			lines.forEach(Delivery::delivered);
		}
	}

	@Override
	public void close() throws IOException {
		this.datagrams.close();
	}

}
