package dev.cairn.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import dev.cairn.Message;
import dev.cairn.delivery.Destination;
import dev.cairn.delivery.SinkContract;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.TestMessages;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tests for a sink over {@link StreamDestination}.
 */
class StreamDestinationContractTests extends SinkContract {

	private final Pipe pipe = new Pipe();

	@Override
	protected Destination createSender() {
		return new StreamDestination(this.pipe, MessageEncoder.cairn(Redactor.DEFAULT), 262_144);
	}

	@Override
	protected Message item(int number) {
		return TestMessages.numbered(number);
	}

	@Override
	protected List<Integer> received() {
		return this.pipe.text()
			.lines()
			.filter((line) -> !line.isEmpty())
			.map((line) -> JsonMapper.shared().readTree(line).get("fields").get("n").asInt())
			.toList();
	}

	@Override
	protected void startBackend() {
		this.pipe.broken = false;
	}

	@Override
	protected void stopBackend() {
		this.pipe.broken = true;
	}

	@Override
	protected void hangBackend() {
		this.pipe.reader = new CountDownLatch(1);
	}

	@Override
	protected void resumeBackend() {
		this.pipe.reader.countDown();
	}

	/**
	 * Like the standard output of a process: breaks when its reader is gone, and blocks
	 * when its reader does not read.
	 */
	private static final class Pipe extends OutputStream {

		private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

		private volatile boolean broken;

		private volatile CountDownLatch reader = new CountDownLatch(0);

		@Override
		public void write(int b) throws IOException {
			write(new byte[] { (byte) b }, 0, 1);
		}

		@Override
		public void write(byte[] b, int off, int len) throws IOException {
			try {
				this.reader.await();
			}
			catch (InterruptedException ex) {
				throw new InterruptedIOException();
			}
			if (this.broken) {
				throw new IOException("Broken pipe");
			}
			synchronized (this.bytes) {
				this.bytes.write(b, off, len);
			}
		}

		String text() {
			synchronized (this.bytes) {
				return this.bytes.toString(StandardCharsets.UTF_8);
			}
		}

	}

}
