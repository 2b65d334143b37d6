package dev.cairn.collector;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.cairn.Cairn;
import dev.cairn.Cairn.Acceptance;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.delivery.Channel;
import dev.cairn.internal.Extensions;
import org.jspecify.annotations.Nullable;

/**
 * Receives messages, however they came: checks each, and publishes it through
 * {@link Cairn#accept} unless it is stored already. Each is counted in the channel of the
 * collector, with exactly one outcome. Thread-safe.
 */
final class Receiver {

	private final Cairn cairn;

	private final MessageReader messages;

	private final RateLimits limits;

	private final @Nullable StoredIds ids;

	/** {@code null} if messages need not be on the disk. */
	private final @Nullable Duration durable;

	private final Channel channel;

	private final Extensions extensions;

	Receiver(Cairn cairn, MessageReader messages, RateLimits limits, @Nullable StoredIds ids,
			@Nullable Duration durable, Channel channel, Extensions extensions) {
		this.cairn = cairn;
		this.messages = messages;
		this.limits = limits;
		this.ids = ids;
		this.durable = durable;
		this.channel = channel;
		this.extensions = extensions;
	}

	/**
	 * Receives the messages of one request.
	 * @return the verdicts, in the order of the messages
	 * @throws RefusedException if the sender has sent too much; all are counted then
	 */
	List<CompletableFuture<Verdict>> receive(List<Received> all, Sender sender) throws RefusedException {
		this.channel.offered(all.size());
		try {
			this.limits.take(sender.key(), all.size());
		}
		catch (RefusedException ex) {
			this.channel.dropped(ex.drop(), all.size());
			throw ex;
		}
		return all.stream().map((received) -> counted(receive(received, sender))).toList();
	}

	/** Counts a request that is refused as a whole as one message. */
	void refused(RefusedException refusal) {
		this.channel.offered();
		this.channel.dropped(refusal.drop());
	}

	private CompletableFuture<Verdict> receive(Received received, Sender sender) {
		boolean named = received.values().get("id") instanceof String;
		try {
			Message message = this.messages.read(received, sender);
			StoredIds known = this.ids;
			CompletableFuture<Verdict> verdict = (known != null && named)
					? known.once(sender.key().name(), message.id(), () -> store(message)) : store(message);
			return inTime(verdict, message.id());
		}
		catch (RefusedException ex) {
			String id = named ? (String) received.values().get("id") : null;
			return CompletableFuture
				.completedFuture(Verdict.refused((id != null && Envelope.isUuid(id)) ? id : null, ex));
		}
		catch (RuntimeException ex) {
			this.extensions.failed("reading a message of the collector", ex);
			return CompletableFuture
				.completedFuture(Verdict.refused(null, new RefusedException(null, "the message cannot be read")));
		}
	}

	private CompletableFuture<Verdict> store(Message message) {
		return (this.durable != null)
				? this.cairn.acceptAndStore(message)
					.thenApply((acceptance) -> verdict(message, acceptance))
					.toCompletableFuture()
				: CompletableFuture.completedFuture(verdict(message, this.cairn.accept(message)));
	}

	/**
	 * A message that is too late is stored nevertheless, and once if it is sent again.
	 */
	private CompletableFuture<Verdict> inTime(CompletableFuture<Verdict> verdict, String id) {
		Duration timeout = this.durable;
		return (timeout == null || verdict.isDone()) ? verdict : verdict.copy()
			.completeOnTimeout(Verdict.unavailable(id, "the message is not on the disk yet", DropReason.EXPIRED),
					timeout.toMillis(), TimeUnit.MILLISECONDS);
	}

	/** A message that a filter or the sampling leaves out is not worth sending again. */
	private static Verdict verdict(Message message, Acceptance acceptance) {
		return switch (acceptance) {
			case ACCEPTED, SAMPLED_OUT, FILTERED -> Verdict.accepted(message.id());
			case NO_ROUTE -> Verdict.refused(message.id(), new RefusedException("type", "leads to no sink"));
			case LOST -> Verdict.unavailable(message.id(), "no sink has room", DropReason.OVERFLOW);
		};
	}

	private CompletableFuture<Verdict> counted(CompletableFuture<Verdict> verdict) {
		return verdict.isDone() ? CompletableFuture.completedFuture(count(verdict.join()))
				: verdict.thenApply(this::count);
	}

	private Verdict count(Verdict verdict) {
		DropReason reason = verdict.drop();
		if (reason != null) {
			this.channel.dropped(reason);
		}
		else {
			this.channel.accepted(1);
			this.channel.delivered(1);
		}
		return verdict;
	}

}
