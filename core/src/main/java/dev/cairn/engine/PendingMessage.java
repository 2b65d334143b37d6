package dev.cairn.engine;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.cairn.DropReason;
import dev.cairn.Message;
import dev.cairn.TransactionScope;
import dev.cairn.delivery.Sink;
import org.jspecify.annotations.Nullable;

/**
 * A message that waits for the end of a unit of work. It was counted as offered.
 */
final class PendingMessage implements TransactionScope.Deferred {

	private final Engine engine;

	private final Message message;

	private final List<Sink> targets;

	/** What the sinks took of the thread that published it. */
	private final @Nullable Object[] contexts;

	private final AtomicBoolean done = new AtomicBoolean();

	PendingMessage(Engine engine, Message message, List<Sink> targets, @Nullable Object[] contexts) {
		this.engine = engine;
		this.message = message;
		this.targets = targets;
		this.contexts = contexts;
	}

	@Override
	public void send() {
		if (this.done.compareAndSet(false, true)) {
			this.engine.offer(this.message, this.targets, this.contexts);
		}
	}

	@Override
	public void drop(DropReason reason) {
		if (this.done.compareAndSet(false, true)) {
			for (Sink target : this.targets) {
				target.channel().dropped(reason);
			}
		}
	}

}
