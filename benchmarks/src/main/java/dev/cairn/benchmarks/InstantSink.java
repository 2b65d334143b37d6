package dev.cairn.benchmarks;

import java.time.Duration;

import dev.cairn.delivery.Channel;
import dev.cairn.delivery.Sink;
import dev.cairn.delivery.Sink.Outgoing;

/**
 * Counts a message as delivered and forgets it, on the caller's thread.
 */
final class InstantSink implements Sink {

	private final Channel channel;

	InstantSink(Channel channel) {
		this.channel = channel;
	}

	@Override
	public Channel channel() {
		return this.channel;
	}

	@Override
	public boolean offer(Outgoing outgoing) {
		this.channel.accepted(1);
		this.channel.delivered(1);
		return true;
	}

	@Override
	public boolean flush(Duration timeout) {
		return true;
	}

	@Override
	public void start() {
	}

	@Override
	public void suspend(Duration timeout) {
	}

	@Override
	public void stop(Duration timeout) {
	}

}
