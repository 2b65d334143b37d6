package dev.cairn.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import dev.cairn.Ledger;
import dev.cairn.Message;
import dev.cairn.Sink;

/**
 * A sink with a voice: says what it was told, and fails where the test wants it to.
 */
final class FakeSink implements Sink<Message> {

	private final Ledger.Channel channel;

	final List<Message> messages = new CopyOnWriteArrayList<>();

	volatile Consumer<Message> onOffer = (message) -> {
	};

	volatile Runnable onClose = () -> {
	};

	volatile Runnable onFlush = () -> {
	};

	volatile Duration closedWithin = Duration.ZERO;

	FakeSink(Ledger ledger, String name) {
		this.channel = ledger.channel(name);
	}

	@Override
	public Ledger.Channel channel() {
		return this.channel;
	}

	@Override
	public boolean offer(Message message) {
		this.onOffer.accept(message);
		this.messages.add(message);
		this.channel.accepted();
		this.channel.delivered();
		return true;
	}

	@Override
	public boolean flush(Duration timeout) {
		this.onFlush.run();
		return true;
	}

	@Override
	public void close(Duration timeout) {
		this.closedWithin = timeout;
		this.onClose.run();
	}

}
