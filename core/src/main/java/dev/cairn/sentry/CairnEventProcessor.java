package dev.cairn.sentry;

import dev.cairn.Redactor;
import dev.cairn.Trace;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.SentryEvent;
import io.sentry.SpanContext;
import io.sentry.SpanId;
import io.sentry.TracesSamplingDecision;
import io.sentry.protocol.SentryId;
import io.sentry.protocol.SentryTransaction;
import org.jspecify.annotations.Nullable;

/**
 * Completes the events of Sentry's client, whoever captured them: adds the active trace
 * to events of the application, shows the arguments of calls as variables of their
 * frames, and redacts everything. Has to run after Sentry's own processors, which make
 * the frames. An event that cannot be redacted is not sent. Thread-safe.
 */
public final class CairnEventProcessor implements EventProcessor {

	private static final String OPERATION = "default";

	private final Trace.Source traces;

	private final EventRedaction redaction;

	/**
	 * Creates a processor.
	 * @param traces returns the active trace
	 * @param redactor recognizes secrets
	 */
	public CairnEventProcessor(Trace.Source traces, Redactor redactor) {
		this.traces = traces;
		this.redaction = new EventRedaction(redactor);
	}

	@Override
	public @Nullable SentryEvent process(SentryEvent event, Hint hint) {
		complete(event);
		try {
			this.redaction.redact(event);
			return event;
		}
		catch (Throwable ex) {
			// Sentry's client would send the event if this was thrown
			return null;
		}
	}

	@Override
	public @Nullable SentryTransaction process(SentryTransaction transaction, Hint hint) {
		try {
			this.redaction.redact(transaction);
			return transaction;
		}
		catch (Throwable ex) {
			return null;
		}
	}

	private void complete(SentryEvent event) {
		try {
			addTrace(event);
			FrameVariables.addTo(event);
		}
		catch (RuntimeException | LinkageError | StackOverflowError ex) {
			// The event is sent without
		}
	}

	private void addTrace(SentryEvent event) {
		Trace trace = SentryDestination.isCapturing() ? null : this.traces.current();
		if (trace != null) {
			event.getContexts()
				.setTrace(new SpanContext(new SentryId(trace.traceId()), new SpanId(trace.spanId()), OPERATION, null,
						new TracesSamplingDecision(trace.sampled())));
		}
	}

}
