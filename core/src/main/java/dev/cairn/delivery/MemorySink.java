package dev.cairn.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import dev.cairn.Ledger;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.delivery.Sink.Outgoing;

/**
 * Keeps the latest messages in memory, for tests. Messages are delivered at once.
 * Thread-safe.
 */
public final class MemorySink implements Sink {

	private final Channel channel;

	private final int capacity;

	private final Deque<Message> messages = new ArrayDeque<>();

	private boolean stopped;

	/**
	 * Creates a sink.
	 * @param channel the channel
	 * @param capacity the number of messages to keep; the oldest is removed
	 */
	public MemorySink(Channel channel, int capacity) {
		if (capacity < 1) {
			throw new IllegalArgumentException("capacity must be positive, but was " + capacity);
		}
		this.channel = channel;
		this.capacity = capacity;
	}

	@Override
	public Channel channel() {
		return this.channel;
	}

	@Override
	public boolean offer(Outgoing outgoing) {
		synchronized (this.messages) {
			if (this.stopped) {
				this.channel.dropped(DropReason.SHUTDOWN);
				outgoing.completion().lost(DropReason.SHUTDOWN);
				this.channel.lost(outgoing.message(), DropReason.SHUTDOWN);
				return false;
			}
			if (this.messages.size() == this.capacity) {
				this.messages.removeFirst();
			}
			this.messages.addLast(outgoing.message());
		}
		this.channel.accepted(1);
		this.channel.delivered(1);
		outgoing.completion().accepted();
		outgoing.completion().delivered();
		return true;
	}

	public List<Message> messages() {
		synchronized (this.messages) {
			return new ArrayList<>(this.messages);
		}
	}

	public void clear() {
		synchronized (this.messages) {
			this.messages.clear();
		}
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
		synchronized (this.messages) {
			this.stopped = true;
		}
		this.channel.state(Ledger.State.OFF);
	}

}
