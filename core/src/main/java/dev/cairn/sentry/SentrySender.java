package dev.cairn.sentry;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.cairn.DropReason;
import dev.cairn.Message;
import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Destination;
import dev.cairn.internal.Throwables;
import io.sentry.AsyncHttpTransportFactory;
import io.sentry.IScopes;
import io.sentry.SentryEvent;
import io.sentry.protocol.SentryId;
import io.sentry.util.HintUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Sends messages to Sentry through its own client, with the scopes of the thread that
 * reported the failure as they were then, so that user, request, breadcrumbs, event
 * processors and {@code before-send} go on working. A message counts as delivered when
 * Sentry's server has taken it (or the transport, where that is not Sentry's own), as
 * filtered when the client's rules did not want it. The id of the event is the id of the
 * incident.
 */
public final class SentrySender implements Destination {

	/** Fewer than fit into the queue of Sentry's transport, which has other users too. */
	private static final int AT_ONCE = 20;

	/**
	 * Sentry's transport gives up a connection after 5 seconds, unless told otherwise.
	 */
	private static final long PATIENCE = Duration.ofSeconds(15).toNanos();

	private final Supplier<IScopes> scopes;

	/** What was submitted of the batch that is being sent. */
	private final Map<Delivery, Submission> submitted = new IdentityHashMap<>();

	/**
	 * Create a sender.
	 * @param scopes returns the scopes of the calling thread, such as
	 * {@code Sentry::getCurrentScopes}
	 */
	public SentrySender(Supplier<IScopes> scopes) {
		this.scopes = scopes;
	}

	@Override
	public @Nullable Object context(Message message) {
		IScopes current = this.scopes.get();
		// The thread goes on to serve others, and its scopes with it
		return new Snapshot(current.forkedScopes("cairn"), contextTags(current));
	}

	private static Map<String, String> contextTags(IScopes scopes) {
		List<String> names = scopes.getOptions().getContextTags();
		if (names.isEmpty()) {
			return Map.of();
		}
		Map<String, String> tags = new HashMap<>();
		for (String name : names) {
			String value = MDC.get(name);
			if (value != null) {
				tags.put(name, value);
			}
		}
		return tags;
	}

	@Override
	public void submit(List<Delivery> batch) throws Exception {
		this.submitted.keySet().retainAll(batch);
		Deque<Delivery> waiting = new ArrayDeque<>(batch);
		while (!waiting.isEmpty()) {
			List<Delivery> inFlight = submit(waiting);
			if (inFlight.isEmpty() && !waiting.isEmpty()) {
				throw new IOException("the queue of Sentry's transport is full");
			}
			if (!awaitOutcomes(inFlight)) {
				throw new IOException("Sentry's server did not take the event");
			}
		}
		// They hold what the failing threads had, such as requests
		this.submitted.clear();
	}

	/** Return what is in the transport's hands; what it had no room for stays waiting. */
	private List<Delivery> submit(Deque<Delivery> waiting) {
		List<Delivery> inFlight = new ArrayList<>();
		while (!waiting.isEmpty() && inFlight.size() < AT_ONCE) {
			Delivery delivery = waiting.peek();
			submit(delivery);
			Submission submission = this.submitted.get(delivery);
			if (submission != null && submission.outcome().isUnheard()) {
				break;
			}
			waiting.remove();
			if (!delivery.isSettled()) {
				inFlight.add(delivery);
			}
		}
		return inFlight;
	}

	private boolean awaitOutcomes(List<Delivery> inFlight) throws InterruptedException {
		long until = System.nanoTime() + PATIENCE;
		boolean all = true;
		for (Delivery delivery : inFlight) {
			Submission submission = this.submitted.get(delivery);
			if (submission != null && submission.outcome().await(until - System.nanoTime())) {
				delivery.delivered();
			}
			else {
				all = false;
			}
		}
		return all;
	}

	private void submit(Delivery delivery) {
		Snapshot snapshot = (Snapshot) delivery.context();
		IScopes current = (snapshot != null) ? snapshot.scopes() : this.scopes.get();
		if (!current.isEnabled()) {
			delivery.drop(DropReason.SHUTDOWN, "Sentry's client is closed");
			return;
		}
		Submission before = this.submitted.get(delivery);
		if (before != null && !before.outcome().isFailed() && !before.outcome().isUnheard()) {
			// Still on its way, or arrived since: a second one would be a duplicate
			return;
		}
		try {
			capture(delivery, current, (before != null) ? again(before.event()) : event(delivery, current));
		}
		catch (RuntimeException | StackOverflowError | LinkageError | AssertionError ex) {
			delivery.drop(DropReason.UNENCODABLE, ex.getClass().getName() + ": " + Throwables.message(ex));
		}
	}

	private void capture(Delivery delivery, IScopes current, SentryEvent event) {
		SubmissionOutcome outcome = new SubmissionOutcome();
		SentryId id = OwnCapture.run(() -> current.captureEvent(event, HintUtils.createWithTypeCheckHint(outcome)));
		if (SentryId.EMPTY_ID.equals(id)) {
			delivery.filtered();
		}
		else if (outcome.isUnheard()
				&& !(current.getOptions().getTransportFactory() instanceof AsyncHttpTransportFactory)) {
			delivery.delivered();
		}
		else {
			this.submitted.put(delivery, new Submission(event, outcome));
		}
	}

	/**
	 * The client has described the throwable; seeing it again it would drop a duplicate.
	 */
	private static SentryEvent again(SentryEvent event) {
		event.setThrowable(null);
		return event;
	}

	private static SentryEvent event(Delivery delivery, IScopes current) {
		SentryEvent event = new SentryEvents(current.getOptions()).of(delivery.message());
		if (delivery.context() instanceof Snapshot snapshot) {
			snapshot.tags().forEach(event::setTag);
		}
		return event;
	}

	private record Snapshot(IScopes scopes, Map<String, String> tags) {
	}

	private record Submission(SentryEvent event, SubmissionOutcome outcome) {
	}

}
