package dev.cairn.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.cairn.DropReason;
import dev.cairn.Message;
import dev.cairn.TransactionScope;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Sink;
import org.jspecify.annotations.Nullable;

/**
 * A message that is sent later, with what its sinks need of the thread that has published
 * it. Only the first call, to send or to drop it, has an effect.
 */
final class PreparedMessage implements TransactionScope.Deferred {

	private final Dispatcher dispatcher;

	private final Message message;

	private final List<Sink> sinks;

	private final @Nullable Object[] contexts;

	private final @Nullable UnitOfWork unit;

	private final AtomicBoolean done = new AtomicBoolean();

	PreparedMessage(Dispatcher dispatcher, Message message, List<Sink> sinks, @Nullable Object[] contexts,
			@Nullable UnitOfWork unit) {
		this.dispatcher = dispatcher;
		this.message = message;
		this.sinks = sinks;
		this.contexts = contexts;
		this.unit = unit;
	}

	@Override
	public void send() {
		send(Map.of());
	}

	/**
	 * Sends the message with further fields.
	 * @return whether a sink accepted it
	 */
	boolean send(Map<String, ?> more) {
		if (!this.done.compareAndSet(false, true)) {
			return false;
		}
		Message sent = more.isEmpty() ? this.message : this.message.with(more);
		return this.dispatcher.offer(sent, this.sinks, this.contexts, this.unit);
	}

	@Override
	public void drop(DropReason reason) {
		if (this.done.compareAndSet(false, true)) {
			this.sinks.forEach((sink) -> sink.channel().dropped(reason));
		}
	}

}
