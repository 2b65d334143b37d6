package dev.cairn.benchmarks;

import java.time.Duration;

import dev.cairn.Ledger;
import dev.cairn.Message;
import dev.cairn.Sink;

/**
 * Counts a message as delivered and forgets it, on the caller's thread.
 */
final class InstantSink implements Sink<Message> {

	private final Ledger.Channel channel;

	InstantSink(Ledger.Channel channel) {
		this.channel = channel;
	}

	@Override
	public Ledger.Channel channel() {
		return this.channel;
	}

	@Override
	public boolean offer(Message message) {
		this.channel.accepted();
		this.channel.delivered();
		return true;
	}

	@Override
	public boolean flush(Duration timeout) {
		return true;
	}

	@Override
	public void close(Duration timeout) {
	}

}
