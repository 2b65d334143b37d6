package dev.cairn.collector;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import dev.cairn.collector.Verdict.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The ids that senders have given to their latest messages, so that a message that is
 * sent again is stored once. Thread-safe.
 */
final class StoredIds {

	private static final CompletableFuture<Outcome> ACCEPTED = CompletableFuture.completedFuture(Outcome.ACCEPTED);

	/** The oldest first. Guarded by this. */
	private final Map<String, CompletableFuture<Outcome>> known = new LinkedHashMap<>();

	private final int max;

	/**
	 * Creates an empty one.
	 * @param max the maximum number of ids; the oldest is forgotten
	 */
	StoredIds(int max) {
		this.max = max;
	}

	/**
	 * Stores a message, unless it is stored or on its way.
	 * @param key the name of the key, because another sender may choose the same id
	 * @param id the id that the sender has given
	 * @param store stores the message, and returns its verdict
	 * @return the verdict, which is that of the first message with this id if it was
	 * accepted
	 */
	CompletableFuture<Verdict> once(String key, String id, Supplier<CompletableFuture<Verdict>> store) {
		String name = key + "/" + id;
		CompletableFuture<Outcome> mine = new CompletableFuture<>();
		CompletableFuture<Outcome> other = claim(name, mine);
		if (other != null) {
			return (other == ACCEPTED) ? CompletableFuture.completedFuture(Verdict.accepted(id))
					: other.thenCompose((outcome) -> (outcome == Outcome.ACCEPTED)
							? CompletableFuture.completedFuture(Verdict.accepted(id)) : once(key, id, store));
		}
		return store.get().whenComplete((verdict, ex) -> {
			boolean accepted = verdict != null && verdict.outcome() == Outcome.ACCEPTED;
			settle(name, mine, accepted);
			mine.complete(accepted ? Outcome.ACCEPTED : Outcome.UNAVAILABLE);
		});
	}

	private synchronized @Nullable CompletableFuture<Outcome> claim(String name, CompletableFuture<Outcome> mine) {
		CompletableFuture<Outcome> other = this.known.putIfAbsent(name, mine);
		if (other == null && this.known.size() > this.max) {
			this.known.remove(this.known.keySet().iterator().next());
		}
		return other;
	}

	private synchronized void settle(String name, CompletableFuture<Outcome> mine, boolean accepted) {
		if (accepted) {
			this.known.replace(name, mine, ACCEPTED);
		}
		else {
			this.known.remove(name, mine);
		}
	}

}
