package dev.cairn.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Destination;
import dev.cairn.encoding.MessageEncoder;

/**
 * Writes messages to a stream, one per line, for a collector of process output. The
 * stream is flushed after each line and never closed.
 */
final class StreamDestination implements Destination {

	private final OutputStream out;

	private final MessageEncoder encoder;

	private final int maxBytes;

	/** Whether the last write has failed and may have left half a line. */
	private boolean broken;

	StreamDestination(OutputStream out, MessageEncoder encoder, int maxBytes) {
		this.out = out;
		this.encoder = encoder;
		this.maxBytes = maxBytes;
	}

	@Override
	public void submit(List<Delivery> batch) throws IOException {
		for (Delivery delivery : batch) {
			byte[] line = delivery.encode(this.encoder, this.maxBytes);
			if (line != null) {
				write(line);
				delivery.delivered();
			}
		}
	}

	/** Each line is one write, so that it does not mix with lines of other threads. */
	private void write(byte[] line) throws IOException {
		ByteArrayOutputStream whole = new ByteArrayOutputStream(line.length + 2);
		if (this.broken) {
			whole.write('\n');
		}
		whole.writeBytes(line);
		whole.write('\n');
		this.broken = true;
		whole.writeTo(this.out);
		this.out.flush();
		this.broken = false;
	}

}
