package dev.cairn.collector;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;

import dev.cairn.delivery.Channel;
import dev.cairn.internal.Extensions;

/**
 * Receives lines that have no answer: messages, and those of StatsD. Each is counted.
 *
 * @param json reads messages
 * @param receiver receives them
 * @param statsd records the others
 * @param channel the channel of the collector
 * @param key the key of all senders
 * @param clock the clock of this process
 * @param extensions guards the threads
 */
record Lines(JsonReader json, Receiver receiver, StatsdLines statsd, Channel channel, CollectorKey key,
		InstantSource clock, Extensions extensions) {

	/** Receives lines, of which the last one may lack its end. */
	void receive(byte[] bytes, int length) {
		int begin = 0;
		for (int i = 0; i <= length; i++) {
			if (i == length || bytes[i] == '\n') {
				int from = begin;
				int end = (i > from && bytes[i - 1] == '\r') ? i - 1 : i;
				if (end > from) {
					this.extensions.guard("receiving a line of the collector", () -> line(bytes, from, end - from));
				}
				begin = i + 1;
			}
		}
	}

	private void line(byte[] bytes, int offset, int length) {
		try {
			if (bytes[offset] == '{' || bytes[offset] == '[') {
				List<Received> messages = this.json.read(bytes, offset, length);
				receive(messages);
			}
			else {
				statsd(new String(bytes, offset, length, StandardCharsets.UTF_8));
			}
		}
		catch (RefusedException ex) {
			refused(ex);
		}
	}

	/** The receiver counts messages that exceed the rate of the key. */
	private void receive(List<Received> messages) {
		try {
			this.receiver.receive(messages, new Sender(this.key, this.clock.instant(), null));
		}
		catch (RefusedException ex) {
			// There is nobody to answer
		}
	}

	private void statsd(String line) throws RefusedException {
		this.statsd.record(line, this.clock.millis());
		this.channel.offered();
		this.channel.accepted(1);
		this.channel.delivered(1);
	}

	void refused(RefusedException refusal) {
		this.receiver.refused(refusal);
	}

}
