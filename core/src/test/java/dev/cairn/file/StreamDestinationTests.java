package dev.cairn.file;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StreamDestination}.
 */
@Timeout(120)
@ExtendWith(AwaitThreads.class)
class StreamDestinationTests {

	private final Channel channel = new Accounts().channel("stream");

	@Test
	void writesToTheRealStandardOutput() throws Exception {
		Process process = process("200");
		List<Integer> written = process.inputReader().lines().map(StreamDestinationTests::number).toList();
		assertThat(written).isEqualTo(IntStream.range(0, 200).boxed().toList());
		assertThat(process.errorReader().readLine()).isEqualTo("200 {}");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void countsWhatAReaderThatIsGoneDoesNotGet() throws Exception {
		// More than a pipe holds, in case the reader goes late
		Process process = process("2000", "sh", "-c", "\"$@\" | head -0", "sh");
		assertThat(process.errorReader().readLine()).endsWith("}").doesNotStartWith("2000 ");
	}

	@Test
	void countsAsDeliveredOnlyWhatWasFlushed() {
		Stubborn stubborn = new Stubborn(0);
		deliver(new StreamDestination(new BufferedOutputStream(stubborn, 100_000),
				MessageEncoder.cairn(Redactor.DEFAULT), 4096));
		assertThat(this.channel.balance().delivered()).isEqualTo(3);
		assertThat(stubborn.text()
			.lines()
			.filter((line) -> !line.isEmpty())
			.map(StreamDestinationTests::number)
			.distinct()).containsExactly(0, 1, 2);
	}

	@Test
	void beginsANewLineBelowHalfALine() {
		Stubborn stubborn = new Stubborn(10);
		deliver(new StreamDestination(stubborn, MessageEncoder.cairn(Redactor.DEFAULT), 4096));
		List<String> lines = stubborn.text().lines().toList();
		assertThat(lines).hasSize(4);
		assertThat(lines.get(0)).hasSize(10);
		assertThat(lines.subList(1, 4)).extracting(StreamDestinationTests::number).containsExactly(0, 1, 2);
	}

	@Test
	void doesNotCloseTheStream() {
		Stubborn stubborn = new Stubborn(10);
		deliver(new StreamDestination(stubborn, MessageEncoder.cairn(Redactor.DEFAULT), 4096));
		assertThat(stubborn.closed).isFalse();
	}

	private void deliver(StreamDestination sender) {
		AsyncSink sink = new AsyncSink(this.channel, sender,
				DeliveryOptions.DEFAULT.withRetry(Duration.ofMillis(5), Duration.ofMillis(5), Duration.ofMinutes(10)));
		sink.start();
		for (int n = 0; n < 3; n++) {
			this.channel.offered();
			sink.offer(new Outgoing(TestMessages.numbered(n)));
		}
		assertThat(sink.flush(Duration.ofSeconds(60))).isTrue();
		sink.stop(Duration.ofSeconds(60));
	}

	private static Process process(String messages, String... shell) throws IOException {
		List<String> command = new java.util.ArrayList<>(List.of(shell));
		command.addAll(List.of(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), StdoutProcess.class.getName(),
				messages));
		return new ProcessBuilder(command).start();
	}

	private static int number(String line) {
		return JsonMapper.shared().readTree(line).get("fields").get("n").asInt();
	}

	/**
	 * Takes the beginning of the first write and fails, and takes all from then on.
	 */
	private static final class Stubborn extends OutputStream {

		private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

		private final int taken;

		private boolean failed;

		private volatile boolean closed;

		Stubborn(int taken) {
			this.taken = taken;
		}

		@Override
		public synchronized void write(int b) {
			this.bytes.write(b);
		}

		@Override
		public synchronized void write(byte[] b, int off, int len) throws IOException {
			if (!this.failed) {
				this.failed = true;
				this.bytes.write(b, off, this.taken);
				throw new IOException("no");
			}
			this.bytes.write(b, off, len);
		}

		@Override
		public void close() {
			this.closed = true;
		}

		synchronized String text() {
			return this.bytes.toString(StandardCharsets.UTF_8);
		}

	}

}
