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
		SentryOptions options = failed.scopes().getOptions();
		if (isStackRead(options, message) || isRejecting(options)
				|| !options.getEventProcessors().stream().allMatch(DeferredProcessing::isIndependent)) {
			return null;
		}
		List<IScope> scopes = scopes(failed.scopes());
		String transaction = failed.transaction();
		for (IScope scope : scopes) {
			transaction = (transaction != null) ? transaction : scope.getTransactionName();
		}
		for (IScope scope : scopes) {
			for (EventProcessorAndOrder ordered : scope.getEventProcessorsWithOrder()) {
				EventProcessor processor = ordered.getEventProcessor();
				if (processor.getClass().getName().equals(REQUEST_PROCESSOR)) {
					transaction = (transaction != null) ? transaction : transaction(processor);
					if (transaction == null) {
						return null;
					}
				}
				else if (!isIndependent(processor)) {
					return null;
				}
			}
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

	/** In the order in which Sentry's client reads them. */
	private static List<IScope> scopes(IScopes scopes) {
		return List.of(scopes.getScope(), scopes.getIsolationScope(), scopes.getGlobalScope());
	}

	private static @Nullable String transaction(EventProcessor processor) {
		SentryEvent event = processor.process(new SentryEvent(), new Hint());
		return (event != null) ? event.getTransaction() : null;
	}

}
