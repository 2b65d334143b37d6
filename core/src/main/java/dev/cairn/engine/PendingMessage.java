package dev.cairn.engine;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.cairn.Deferral;
import dev.cairn.DropReason;
import dev.cairn.Message;
import dev.cairn.Sink;
import org.jspecify.annotations.Nullable;

/**
 * A message that waits for the end of a unit of work. It was counted as offered.
 */
final class PendingMessage implements Deferral.Pending {

	private final Engine engine;

	private final Message message;

	private final List<Sink<Message>> targets;

	/** What the sinks took of the thread that published it. */
	private final @Nullable Object[] snapshots;

	private final AtomicBoolean done = new AtomicBoolean();

	PendingMessage(Engine engine, Message message, List<Sink<Message>> targets, @Nullable Object[] snapshots) {
		this.engine = engine;
		this.message = message;
		this.targets = targets;
		this.snapshots = snapshots;
	}

	@Override
	public void send() {
		if (this.done.compareAndSet(false, true)) {
			this.engine.offer(this.message, this.targets, this.snapshots);
		}
	}

	@Override
	public void drop(DropReason reason) {
		if (this.done.compareAndSet(false, true)) {
			for (Sink<Message> target : this.targets) {
				target.channel().dropped(reason);
			}
		}
	}

}
