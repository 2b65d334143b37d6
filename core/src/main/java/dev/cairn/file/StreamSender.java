package dev.cairn.file;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

import dev.cairn.delivery.BatchSender;
import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Lines;
import dev.cairn.delivery.Lines.Line;
import dev.cairn.encoding.MessageEncoder;

/**
 * Writes messages to a stream, one a line, for whatever collects the output of a process.
 */
public final class StreamSender implements BatchSender {

	private final OutputStream out;

	private final MessageEncoder encoder;

	private final int maxBytes;

	/** Whether half a line may stand where the last write failed. */
	private boolean broken;

	/**
	 * Create a sender.
	 * @param out where to write; it is flushed after each line and never closed
	 * @param encoder writes the lines
	 * @param maxBytes how long a line may be
	 */
	public StreamSender(OutputStream out, MessageEncoder encoder, int maxBytes) {
		this.out = out;
		this.encoder = encoder;
		this.maxBytes = maxBytes;
	}

	/**
	 * Create a sender to standard output, past {@link System#out}, which swallows errors.
	 * @param encoder writes the lines
	 * @param maxBytes how long a line may be
	 * @return the sender
	 */
	public static StreamSender stdout(MessageEncoder encoder, int maxBytes) {
		return new StreamSender(new FileOutputStream(FileDescriptor.out), encoder, maxBytes);
	}

	/** One write a line, so that the lines of other threads do not run into it. */
	@Override
	public void send(List<Delivery> batch) throws IOException {
		for (Line line : Lines.encode(batch, this.encoder, this.maxBytes)) {
			ByteArrayOutputStream whole = new ByteArrayOutputStream(line.bytes().length + 2);
			if (this.broken) {
				whole.write('\n');
			}
			whole.writeBytes(line.bytes());
			whole.write('\n');
			this.broken = true;
			whole.writeTo(this.out);
			this.out.flush();
			this.broken = false;
			line.delivered();
		}
	}

}
