package dev.cairn.file;

import java.time.Duration;

import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.TestMessages;

/**
 * Writes messages to its standard output, and its account to its standard error.
 */
public final class StdoutProcess {

	private StdoutProcess() {
	}

	public static void main(String[] args) {
		System.setOut(null);
		Channel channel = new Accounts().channel("stdout");
		AsyncSink sink = new AsyncSink(channel, Destinations.stdout(MessageEncoder.cairn(Redactor.DEFAULT), 4096),
				DeliveryOptions.DEFAULT.withRetry(Duration.ofMillis(10), Duration.ofMillis(20),
						Duration.ofMillis(300)));
		sink.start();
		for (int n = 0; n < Integer.parseInt(args[0]); n++) {
			channel.offered();
			sink.offer(new Outgoing(TestMessages.numbered(n)));
		}
		sink.flush(Duration.ofSeconds(30));
		sink.stop(Duration.ofSeconds(5));
		System.err.println(channel.balance().delivered() + " " + channel.balance().dropped());
	}

}
