package dev.cairn.file;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.TestMessages;

/**
 * Writes messages to files as another process: prints how many were delivered, and holds
 * its file until its input ends.
 */
public final class FileWriterProcess {

	private FileWriterProcess() {
	}

	static Process start(Path folder, int messages, String... shell) throws IOException {
		List<String> command = new ArrayList<>(List.of(shell));
		command.addAll(List.of(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				FileWriterProcess.class.getName(), folder.toString(), String.valueOf(messages)));
		return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
	}

	public static void main(String[] args) throws IOException {
		Channel channel = new Accounts().channel("file");
		FileDestination sender = new FileDestination(Path.of(args[0]), MessageEncoder.cairn(Redactor.DEFAULT), 4096,
				10_000_000, 5);
		AsyncSink sink = new AsyncSink(channel, sender, DeliveryOptions.DEFAULT.withBatches(50, Duration.ofMillis(5))
			.withRetry(Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofMillis(300)));
		sink.start();
		for (int n = 0; n < Integer.parseInt(args[1]); n++) {
			channel.offered();
			sink.offer(new Outgoing(TestMessages.numbered(n)));
		}
		sink.flush(Duration.ofSeconds(30));
		System.out.println(channel.balance().delivered() + " " + channel.balance().dropped());
		System.out.flush();
		System.in.read();
		sink.stop(Duration.ofSeconds(5));
	}

}
