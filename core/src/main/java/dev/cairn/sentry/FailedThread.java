package dev.cairn.sentry;

import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.cairn.Message;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.IScope;
import io.sentry.IScopes;
import io.sentry.SentryEvent;
import io.sentry.SentryOptions;
import io.sentry.internal.eventprocessor.EventProcessorAndOrder;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The thread that has failed, as its event describes it. Detached from the thread, it
 * lets Sentry's client process the event after the failure, on the thread of the sink.
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

	/** Takes the name of the transaction from the request, unless the event has one. */
	private static final String REQUEST_PROCESSOR = "io.sentry.spring7.SentryRequestHttpServletRequestProcessor";

	/** The processors that read nothing that this does not contain. */
	private static final Set<String> INDEPENDENT = Set.of("io.sentry.MainEventProcessor",
			"io.sentry.DuplicateEventDetectionEventProcessor", "io.sentry.SentryRuntimeEventProcessor",
			"io.sentry.spring7.ContextTagsEventProcessor", "io.sentry.spring7.SpringProfilesEventProcessor",
			"dev.cairn.sentry.CairnEventProcessor", "dev.cairn.sentry.DirectEvents",
			"dev.cairn.sentry.SentryDestination$DirectDuplicates", "dev.cairn.spring.sentry.ClientRemoval");

	/** The hint that contains it while the client processes an event of Cairn. */
	static final String HINT = "cairn:failed-thread";

	static FailedThread current(IScopes scopes, @Nullable String workId) {
		Thread thread = Thread.currentThread();
		return new FailedThread(scopes, thread, thread.getName(), MDC.getCopyOfContextMap(), workId, null);
	}

	/**
	 * Returns what the thread of the sink needs, or {@code null} if the event is to be
	 * processed now: if the client may reject it, or if code that completes it may read
	 * more of this thread.
	 */
	@Nullable FailedThread detach(Message message) {
		SentryOptions options = this.scopes.getOptions();
		if (isStackRead(options, message) || isRejecting(options)) {
			return null;
		}
		for (EventProcessor processor : options.getEventProcessors()) {
			if (!isIndependent(processor)) {
				return null;
			}
		}
		String name = null;
		EventProcessor ofRequest = null;
		// In the order in which Sentry's client reads the names
		for (IScope scope : List.of(this.scopes.getScope(), this.scopes.getIsolationScope(),
				this.scopes.getGlobalScope())) {
			name = (name != null) ? name : scope.getTransactionName();
			for (EventProcessorAndOrder ordered : scope.getEventProcessorsWithOrder()) {
				EventProcessor processor = ordered.getEventProcessor();
				if (ofRequest == null && processor.getClass().getName().equals(REQUEST_PROCESSOR)) {
					ofRequest = processor;
				}
				else if (!isIndependent(processor)) {
					return null;
				}
			}
		}
		if (name == null && ofRequest != null) {
			SentryEvent event = ofRequest.process(new SentryEvent(), new Hint());
			name = (event != null) ? event.getTransaction() : null;
			return (name != null) ? detached(name) : null;
		}
		return detached(name);
	}

	private static boolean isStackRead(SentryOptions options, Message message) {
		return options.isAttachThreads() || (message.thrown() == null && options.isAttachStacktrace());
	}

	/** The id of an event that is rejected must not be returned to the caller. */
	private static boolean isRejecting(SentryOptions options) {
		Double rate = options.getSampleRate();
		return options.getBeforeSend() != null || options.getBeforeEnvelopeCallback() != null
				|| (rate != null && rate < 1) || !options.getIgnoredExceptionsForType().isEmpty()
				|| (options.getIgnoredErrors() != null && !options.getIgnoredErrors().isEmpty());
	}

	private static boolean isIndependent(EventProcessor processor) {
		return INDEPENDENT.contains(processor.getClass().getName());
	}

	/** Returns a copy that stays as it is while the thread goes on. */
	private FailedThread detached(@Nullable String transaction) {
		IScopes copy = this.scopes.forkedScopes("cairn");
		copy.setActiveSpan(this.scopes.getSpan());
		return new FailedThread(copy, this.thread, this.name, this.diagnosticContext, this.workId, transaction);
	}

}
