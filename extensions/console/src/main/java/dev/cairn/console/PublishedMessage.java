package dev.cairn.console;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;

/**
 * A message that was published, without its throwable, which may hold anything of the
 * application.
 */
record PublishedMessage(long nanos, Message message, boolean accepted, List<Loss> lost) {

	private static final int MAX_LOSSES = 10;

	static PublishedMessage of(Message message, boolean accepted) {
		Message held = (message.thrown() != null) ? new Message(message.id(), message.type(), message.timestamp(),
				message.logger(), message.severity(), message.payload(), message.fields(), message.origin(),
				message.trace(), message.category(), message.truncated(), null, message.address()) : message;
		return new PublishedMessage(System.nanoTime(), held, accepted, new CopyOnWriteArrayList<>());
	}

	int weight() {
		return Weights.OBJECT + this.message.weight();
	}

	void lost(String sink, DropReason reason) {
		if (this.lost.size() < MAX_LOSSES) {
			this.lost.add(new Loss(sink, reason));
		}
	}

	/** A sink that has lost the message. */
	record Loss(String sink, DropReason reason) {
	}

}
