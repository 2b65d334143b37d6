package dev.cairn.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import dev.cairn.Message;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.Sink;
import dev.cairn.delivery.Sink.Outgoing;

/**
 * A sink that records its calls, and fails as the test requires.
 */
final class FakeSink implements Sink {

	private final Channel channel;

	final List<Message> messages = new CopyOnWriteArrayList<>();

	volatile Consumer<Message> onOffer = (message) -> {
	};

	volatile Runnable onClose = () -> {
	};

	volatile Runnable onFlush = () -> {
	};

	volatile Duration closedWithin = Duration.ZERO;

	volatile boolean suspended;

	FakeSink(Accounts ledger, String name) {
		this.channel = ledger.channel(name);
	}

	@Override
	public Channel channel() {
		return this.channel;
	}

	@Override
	public boolean offer(Outgoing outgoing) {
		Message message = outgoing.message();
		this.onOffer.accept(message);
		this.messages.add(message);
		this.channel.accepted(1);
		this.channel.delivered(1);
		return true;
	}

	@Override
	public boolean flush(Duration timeout) {
		this.onFlush.run();
		return true;
	}

	@Override
	public void start() {
		this.suspended = false;
	}

	@Override
	public void suspend(Duration timeout) {
		this.suspended = true;
	}

	@Override
	public void stop(Duration timeout) {
		this.closedWithin = timeout;
		this.onClose.run();
	}

}
