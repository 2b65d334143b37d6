package dev.cairn.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.Event.LostException;
import dev.cairn.Ledger.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of an event at all of its sinks. Thread-safe.
 */
final class Confirmation {

	private final CompletableFuture<@Nullable String> outcome = new CompletableFuture<>();

	private final CallbackExecutor callbacks;

	private final AtomicInteger open = new AtomicInteger();

	Confirmation(CallbackExecutor callbacks) {
		this.callbacks = callbacks;
	}

	CompletionStage<@Nullable String> outcome() {
		return this.outcome.minimalCompletionStage();
	}

	/** Called before the event is offered to its sinks. */
	void expect(int sinks) {
		this.open.set(sinks);
	}

	void delivered(String id) {
		if (this.open.decrementAndGet() == 0) {
			report(() -> this.outcome.complete(id));
		}
	}

	/** The event was sampled out or filtered. */
	void notMeantToBeSent() {
		report(() -> this.outcome.complete(null));
	}

	void lost(String sink, DropReason reason) {
		report(() -> this.outcome.completeExceptionally(new LostException(sink, reason)));
	}

	/** The next process that opens the spool will deliver the event. */
	void kept() {
		report(() -> this.outcome.cancel(false));
	}

	/** An outcome is reported on this thread if no other one is available. */
	private void report(Runnable completion) {
		if (!this.callbacks.execute(completion)) {
			completion.run();
		}
	}

}
