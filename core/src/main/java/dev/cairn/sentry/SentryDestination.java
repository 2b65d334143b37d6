package dev.cairn.sentry;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Destination;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Throwables;
import io.sentry.AsyncHttpTransportFactory;
import io.sentry.IScopes;
import io.sentry.SentryEvent;
import io.sentry.protocol.SentryId;
import io.sentry.util.HintUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Sends messages through Sentry's client, with the scopes of the thread that captured the
 * failure as they were at that time. User, request, breadcrumbs, event processors and
 * {@code before-send} apply as usual. A message is delivered when Sentry's server has
 * accepted it, or the transport if that is not Sentry's own, and filtered if the client
 * has rejected it. The id of the event is the id of the incident.
 */
public final class SentryDestination implements Destination {

	/** Fewer than fit into the queue of Sentry's transport, which has other users too. */
	private static final int MAX_IN_FLIGHT = 20;

	/** Sentry's transport closes a connection after 5 seconds by default. */
	private static final long PATIENCE = Duration.ofSeconds(15).toNanos();

	private final Supplier<IScopes> scopes;

	/** The events that were handed over to the client and are not settled. */
	private final Map<Delivery, Submission> submitted = new IdentityHashMap<>();

	/**
	 * Creates a destination.
	 * @param scopes returns the scopes of the calling thread, such as
	 * {@code Sentry::getCurrentScopes}
	 */
	public SentryDestination(Supplier<IScopes> scopes) {
		this.scopes = scopes;
	}

	/** Returns whether the event that the client processes on this thread is Cairn's. */
	static boolean isCapturing() {
		return Extensions.isWithin(SentryDestination.class);
	}

	@Override
	public @Nullable Object context(Message message) {
		IScopes current = this.scopes.get();
		// The thread goes on to other work, and its scopes with it
		return new Context(current.forkedScopes("cairn"), contextTags(current));
	}

	private static Map<String, String> contextTags(IScopes scopes) {
		Map<String, String> tags = new HashMap<>();
		scopes.getOptions().getContextTags().forEach((name) -> tags.computeIfAbsent(name, MDC::get));
		return tags;
	}

	/** Events that do not fit into the transport's queue are submitted by settle. */
	@Override
	public void submit(List<Delivery> batch) {
		this.submitted.keySet().removeIf(Delivery::isSettled);
		for (Delivery delivery : batch) {
			if (inFlight() >= MAX_IN_FLIGHT || !submit(delivery)) {
				return;
			}
		}
	}

	private long inFlight() {
		return this.submitted.values().stream().filter((submission) -> !submission.isDone()).count();
	}

	@Override
	public boolean settle(List<Delivery> batch, long nanos) throws Exception {
		long until = System.nanoTime() + PATIENCE;
		boolean all = true;
		for (Delivery delivery : batch) {
			if (!delivery.isSettled()) {
				all &= settle(delivery, until);
			}
		}
		if (!all) {
			throw new IOException("Sentry's server did not accept the event");
		}
		return true;
	}

	private boolean settle(Delivery delivery, long until) throws Exception {
		Submission submission = this.submitted.get(delivery);
		if ((submission == null || submission.isUnknown()) && !submit(delivery)) {
			throw new IOException("The queue of Sentry's transport is full");
		}
		submission = this.submitted.get(delivery);
		if (submission == null || delivery.isSettled()) {
			return true;
		}
		if (!submission.await(until - System.nanoTime())) {
			return false;
		}
		this.submitted.remove(delivery);
		delivery.delivered();
		return true;
	}

	/**
	 * Hands an event over to the client, unless it still has it. Returns whether there
	 * was room for it in the transport's queue.
	 */
	private boolean submit(Delivery delivery) {
		Context context = (Context) delivery.context();
		IScopes current = (context != null) ? context.scopes() : this.scopes.get();
		if (!current.isEnabled()) {
			delivery.drop(DropReason.SHUTDOWN, "Sentry's client is closed");
			return true;
		}
		Submission before = this.submitted.get(delivery);
		if (before != null && before.isHeld()) {
			return true;
		}
		try {
			return capture(delivery, current, (before != null) ? again(before.event()) : event(delivery, current));
		}
		catch (RuntimeException | StackOverflowError | LinkageError | AssertionError ex) {
			delivery.drop(DropReason.UNENCODABLE, ex.getClass().getName() + ": " + Throwables.message(ex));
			return true;
		}
	}

	private boolean capture(Delivery delivery, IScopes current, SentryEvent event) {
		Submission submission = new Submission(event);
		SentryId id = Extensions.within(SentryDestination.class,
				() -> current.captureEvent(event, HintUtils.createWithTypeCheckHint(submission)));
		if (SentryId.EMPTY_ID.equals(id)) {
			delivery.filtered();
			return true;
		}
		if (submission.isUnknown()
				&& !(current.getOptions().getTransportFactory() instanceof AsyncHttpTransportFactory)) {
			delivery.delivered();
			return true;
		}
		this.submitted.put(delivery, submission);
		return !submission.isUnknown();
	}

	/** Removes the throwable, by which the client would recognize a duplicate. */
	private static SentryEvent again(SentryEvent event) {
		event.setThrowable(null);
		return event;
	}

	private static SentryEvent event(Delivery delivery, IScopes current) {
		SentryEvent event = new SentryEvents(current.getOptions()).of(delivery.message());
		if (delivery.context() instanceof Context context) {
			context.tags().forEach(event::setTag);
		}
		return event;
	}

	private record Context(IScopes scopes, Map<String, String> tags) {
	}

}
