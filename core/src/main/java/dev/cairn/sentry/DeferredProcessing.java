package dev.cairn.sentry;

import java.util.List;
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

/**
 * Decides which events Sentry's client may process after the failure, on the thread of
 * the sink: those that it will accept, and that nobody completes from the thread that has
 * failed.
 */
final class DeferredProcessing {

	/** Takes the name of the transaction from the request, unless the event has one. */
	private static final String REQUEST_PROCESSOR = "io.sentry.spring7.SentryRequestHttpServletRequestProcessor";

	/** The processors that read nothing that a {@link FailedThread} does not contain. */
	private static final Set<String> INDEPENDENT = Set.of("io.sentry.MainEventProcessor",
			"io.sentry.DuplicateEventDetectionEventProcessor", "io.sentry.SentryRuntimeEventProcessor",
			"io.sentry.spring7.ContextTagsEventProcessor", "io.sentry.spring7.SpringProfilesEventProcessor",
			"dev.cairn.sentry.CairnEventProcessor", "dev.cairn.sentry.DirectCaptures",
			"dev.cairn.sentry.SentryDestination$DirectDuplicates",
			"dev.cairn.spring.sentry.ClientConsentFilter$Removal");

	private DeferredProcessing() {
	}

	/**
	 * Returns what the thread of the sink needs, or {@code null} if the event is to be
	 * processed now.
	 */
	static @Nullable FailedThread detach(FailedThread failed, Message message) {
		IScopes scopes = failed.scopes();
		SentryOptions options = scopes.getOptions();
		if (isStackRead(options, message) || isRejecting(options)) {
			return null;
		}
		for (EventProcessor processor : options.getEventProcessors()) {
			if (!isIndependent(processor)) {
				return null;
			}
		}
		String transaction = null;
		EventProcessor ofRequest = null;
		// In the order in which Sentry's client reads the names
		for (IScope scope : List.of(scopes.getScope(), scopes.getIsolationScope(), scopes.getGlobalScope())) {
			transaction = (transaction != null) ? transaction : scope.getTransactionName();
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
		if (transaction == null && ofRequest != null) {
			SentryEvent event = ofRequest.process(new SentryEvent(), new Hint());
			transaction = (event != null) ? event.getTransaction() : null;
			return (transaction != null) ? failed.detached(transaction) : null;
		}
		return failed.detached(transaction);
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

}
