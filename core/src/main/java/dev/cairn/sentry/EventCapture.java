package dev.cairn.sentry;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import dev.cairn.Message;
import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Sink;
import dev.cairn.internal.Extensions;
import io.sentry.Hint;
import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.ScopeType;
import io.sentry.SentryEvent;
import io.sentry.protocol.SentryId;
import io.sentry.util.HintUtils;
import org.jspecify.annotations.Nullable;

/**
 * Has Sentry's client process the events of Cairn, and remembers the ids of recent
 * events. Thread-safe.
 */
final class EventCapture {

	private static final int MAX_IDS = 1000;

	private final Supplier<IScopes> scopes;

	private final Supplier<@Nullable String> work;

	/** The ids of the events of Cairn. Guarded by this. */
	private final Set<String> expected = recentIds();

	/** The ids of the events that the application has sent. Guarded by this. */
	private final Set<String> sentByApplication = recentIds();

	EventCapture(Supplier<IScopes> scopes, Supplier<@Nullable String> work) {
		this.scopes = scopes;
		this.work = work;
	}

	private static Set<String> recentIds() {
		return Collections.newSetFromMap(new LinkedHashMap<>() {

			@Override
			protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
				return size() > MAX_IDS;
			}

		});
	}

	/** Returns whether the event that the client processes on this thread is Cairn's. */
	static boolean isActive() {
		return Extensions.isWithin(EventCapture.class);
	}

	IScopes scopes() {
		return this.scopes.get();
	}

	@Nullable String workId() {
		return this.work.get();
	}

	/** Returns whether there is an event of that id, or will be. */
	synchronized boolean hasEvent(String id) {
		return this.sentByApplication.contains(id) || this.expected.contains(id);
	}

	/** Notes that the application sends the event of that id. */
	synchronized void sentByApplication(String id) {
		this.sentByApplication.add(id);
	}

	private synchronized boolean isSentByApplication(String id) {
		return this.sentByApplication.contains(id);
	}

	/** Notes that there will be an event of that id. */
	private synchronized void expect(String id) {
		this.expected.add(id);
	}

	/**
	 * Processes the event of a message, or returns what that needs of the thread that has
	 * failed.
	 */
	@Nullable Object context(Message message) {
		if (isActive()) {
			// An event processor that fails reports that to no other event processor
			return Sink.REFUSED;
		}
		IScopes current = this.scopes.get();
		String id = SentryEvents.eventId(message);
		if (!current.isEnabled() || isSentByApplication(id)) {
			return null;
		}
		try {
			FailedThread failed = FailedThread.current(current, this.work.get());
			FailedThread detached = failed.detach(message);
			if (detached != null) {
				expect(id);
				current.configureScope(ScopeType.COMBINED, (scope) -> scope.setLastEventId(new SentryId(id)));
				return detached;
			}
			Submission submission = process(message, failed);
			return (submission != null) ? submission : Sink.REFUSED;
		}
		catch (RuntimeException | StackOverflowError | LinkageError | AssertionError ex) {
			// The sink's thread has more of the stack, and accounts for the failure
			return null;
		}
	}

	/**
	 * Returns the processed event of a delivery, or {@code null} if it is not to be sent.
	 */
	@Nullable Submission submission(Delivery delivery) {
		if (isSentByApplication(SentryEvents.eventId(delivery.message()))) {
			return null;
		}
		if (delivery.context() instanceof Submission processed) {
			return processed;
		}
		return process(delivery.message(), (delivery.context() instanceof FailedThread failed) ? failed
				: FailedThread.current(this.scopes.get(), null));
	}

	private @Nullable Submission process(Message message, FailedThread failed) {
		SentryEvent event = new SentryEvents(failed.scopes().getOptions()).of(message, failed);
		Submission submission = new Submission(event, message);
		Hint hint = HintUtils.createWithTypeCheckHint(submission);
		hint.set(FailedThread.HINT, failed);
		try (ISentryLifecycleToken current = failed.scopes().makeCurrent()) {
			SentryId sent = Extensions.within(EventCapture.class, () -> failed.scopes().captureEvent(event, hint));
			if (SentryId.EMPTY_ID.equals(sent)) {
				return null;
			}
			expect(SentryEvents.eventId(message));
			return submission;
		}
	}

}
