package dev.cairn.sentry;

import java.util.Map;

import io.sentry.IScopes;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The thread that has failed, as its event describes it.
 *
 * @param scopes the scopes of Sentry's client
 * @param thread the thread
 * @param name the name of the thread
 * @param diagnosticContext the diagnostic context (MDC)
 * @param workId the id of the unit of work
 * @param transaction the name of the transaction if the message has no route;
 * {@code null} if Sentry's client is to find it
 */
record FailedThread(IScopes scopes, Thread thread, String name, @Nullable Map<String, String> diagnosticContext,
		@Nullable String workId, @Nullable String transaction) {

	/** The hint that contains it while the client processes an event of Cairn. */
	static final String HINT = "cairn:failed-thread";

	static FailedThread current(IScopes scopes, @Nullable String workId) {
		Thread thread = Thread.currentThread();
		return new FailedThread(scopes, thread, thread.getName(), MDC.getCopyOfContextMap(), workId, null);
	}

	/** Returns a copy that stays as it is while the thread goes on. */
	FailedThread detached(@Nullable String transaction) {
		IScopes copy = this.scopes.forkedScopes("cairn");
		copy.setActiveSpan(this.scopes.getSpan());
		return new FailedThread(copy, this.thread, this.name, this.diagnosticContext, this.workId, transaction);
	}

}
