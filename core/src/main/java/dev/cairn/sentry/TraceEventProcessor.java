package dev.cairn.sentry;

import dev.cairn.Trace;
import dev.cairn.TraceSource;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.SentryEvent;
import io.sentry.SpanContext;
import io.sentry.SpanId;
import io.sentry.TracesSamplingDecision;
import io.sentry.protocol.SentryId;

/**
 * Gives an event that the application captures by itself the trace that is active, so
 * that it meets the log lines and messages of the same trace. Cairn's own events have
 * their trace. Without an active trace an event keeps the one that Sentry made up.
 * Thread-safe.
 */
public final class TraceEventProcessor implements EventProcessor {

	private static final String OPERATION = "default";

	private final TraceSource traces;

	/**
	 * Create a processor.
	 * @param traces knows the active trace
	 */
	public TraceEventProcessor(TraceSource traces) {
		this.traces = traces;
	}

	@Override
	public SentryEvent process(SentryEvent event, Hint hint) {
		Trace trace = OwnCapture.isActive() ? null : this.traces.current();
		if (trace != null) {
			event.getContexts()
				.setTrace(new SpanContext(new SentryId(trace.traceId()), new SpanId(trace.spanId()), OPERATION, null,
						new TracesSamplingDecision(trace.sampled())));
		}
		return event;
	}

}
