package dev.cairn.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.cairn.Cairn.Acceptance;
import dev.cairn.Ledger.DropReason;
import dev.cairn.delivery.Sink;

/**
 * Whether a message survives the end of this process. Completes when each of its sinks
 * has it at its destination or on the disk, or has lost it. Thread-safe.
 */
final class StorageConfirmation implements Dispatcher.Progress {

	private final CompletableFuture<Acceptance> stored = new CompletableFuture<>();

	/** Guarded by this. */
	private final Set<String> open = new HashSet<>();

	/** Guarded by this. */
	private boolean somewhere;

	CompletionStage<Acceptance> stored() {
		return this.stored.minimalCompletionStage();
	}

	/** The message is not on its way to any sink. */
	void end(Acceptance acceptance) {
		this.stored.complete(acceptance);
	}

	@Override
	public synchronized void expect(List<Sink> sinks) {
		sinks.forEach((sink) -> this.open.add(sink.channel().name()));
	}

	@Override
	public void persisted(String sink) {
		settled(sink, true);
	}

	@Override
	public void delivered(String sink, String id) {
		settled(sink, true);
	}

	@Override
	public void kept(String sink) {
		settled(sink, true);
	}

	@Override
	public void lost(String sink, DropReason reason) {
		settled(sink, false);
	}

	private void settled(String sink, boolean there) {
		Acceptance outcome;
		synchronized (this) {
			if (!this.open.remove(sink)) {
				return;
			}
			this.somewhere |= there;
			if (!this.open.isEmpty()) {
				return;
			}
			outcome = this.somewhere ? Acceptance.ACCEPTED : Acceptance.LOST;
		}
		this.stored.complete(outcome);
	}

}
