package dev.cairn.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.Event.LostException;
import dev.cairn.Ledger.DropReason;
import dev.cairn.delivery.Sink;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of an event at all of its sinks. Thread-safe.
 */
final class Confirmation implements Dispatcher.Progress {

	private final CompletableFuture<@Nullable String> outcome = new CompletableFuture<>();

	private final CallbackExecutor callbacks;

	private final AtomicInteger open = new AtomicInteger();

	Confirmation(CallbackExecutor callbacks) {
		this.callbacks = callbacks;
	}

	CompletionStage<@Nullable String> outcome() {
		return this.outcome.minimalCompletionStage();
	}

	@Override
	public void expect(List<Sink> sinks) {
		this.open.set(sinks.size());
	}

	@Override
	public void delivered(String sink, String id) {
		if (this.open.decrementAndGet() == 0) {
			report(() -> this.outcome.complete(id));
		}
	}

	/** The event was sampled out or filtered. */
	void notMeantToBeSent() {
		report(() -> this.outcome.complete(null));
	}

	@Override
	public void lost(String sink, DropReason reason) {
		report(() -> this.outcome.completeExceptionally(new LostException(sink, reason)));
	}

	@Override
	public void kept(String sink) {
		report(() -> this.outcome.cancel(false));
	}

	/** An outcome is reported on this thread if no other one is available. */
	private void report(Runnable completion) {
		if (!this.callbacks.execute(completion)) {
			completion.run();
		}
	}

}
