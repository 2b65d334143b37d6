package dev.cairn.sentry;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.ApplicationFrames;
import dev.cairn.Trace;
import dev.cairn.redaction.Redactor;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.IScopes;
import io.sentry.SentryEvent;
import io.sentry.SpanContext;
import io.sentry.SpanId;
import io.sentry.TracesSamplingDecision;
import io.sentry.protocol.SentryId;
import io.sentry.protocol.SentryStackFrame;
import io.sentry.protocol.SentryStackTrace;
import io.sentry.protocol.SentryThread;
import io.sentry.protocol.SentryTransaction;
import org.jspecify.annotations.Nullable;

/**
 * Completes the events of Sentry's client, also those of the application: adds the active
 * trace or one of their own, shows the arguments of calls as variables of their frames,
 * removes the frames of Cairn from the stack of a text, and redacts everything. Has to
 * run after Sentry's own processors, which make the frames. An event that cannot be
 * redacted is not sent. Thread-safe.
 */
final class CairnEventProcessor implements EventProcessor {

	private static final String OPERATION = "default";

	private final EventCapture events;

	private final Trace.Source traces;

	private final EventRedaction redaction;

	CairnEventProcessor(SentryDestination destination, Trace.Source traces, Redactor redactor) {
		this.events = destination.events();
		this.traces = traces;
		this.redaction = new EventRedaction(redactor);
	}

	@Override
	public @Nullable SentryEvent process(SentryEvent event, Hint hint) {
		complete(event, hint.getAs(FailedThread.HINT, FailedThread.class));
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

	private void complete(SentryEvent event, @Nullable FailedThread failed) {
		try {
			addTrace(event, failed);
			FrameVariables.addTo(event);
			if (failed != null) {
				addThread(event, failed.thread());
			}
		}
		catch (RuntimeException | LinkageError | StackOverflowError ex) {
			// The event is sent without
		}
	}

	/** The trace of Cairn's own events is that of the message. */
	private void addTrace(SentryEvent event, @Nullable FailedThread failed) {
		Trace trace = (failed != null) ? null : this.traces.current();
		if (trace != null) {
			event.getContexts()
				.setTrace(new SpanContext(new SentryId(trace.traceId()), new SpanId(trace.spanId()), OPERATION, null,
						new TracesSamplingDecision(trace.sampled())));
		}
		else if (isShared(event.getContexts().getTrace())) {
			String id = (failed != null) ? failed.workId() : this.events.workId();
			event.getContexts()
				.setTrace(new SpanContext((id != null) ? new SentryId(id) : new SentryId(), new SpanId(), OPERATION,
						null, null));
		}
	}

	/** All threads without a trace have the id that the client was initialized with. */
	private boolean isShared(@Nullable SpanContext trace) {
		IScopes root = this.events.scopes();
		for (IScopes parent = root; parent != null; parent = parent.getParentScopes()) {
			root = parent;
		}
		return trace != null && Stream.of(root.getScope(), root.getIsolationScope())
			.anyMatch((scope) -> scope.getPropagationContext().getTraceId().equals(trace.getTraceId()));
	}

	/** Sentry's client adds the thread that processes the event. */
	private static void addThread(SentryEvent event, Thread failed) {
		if (event.getExceptions() != null) {
			event.getExceptions()
				.stream()
				.filter((exception) -> exception.getThreadId() != null)
				.forEach((exception) -> exception.setThreadId(failed.getId()));
		}
		event.setThreads(withoutOwnFrames(event.getThreads()));
	}

	/** The innermost frame comes last. A thread of Cairn has no other frames. */
	private static @Nullable List<SentryThread> withoutOwnFrames(@Nullable List<SentryThread> threads) {
		for (SentryThread thread : (threads != null) ? threads : List.<SentryThread>of()) {
			SentryStackTrace trace = thread.getStacktrace();
			boolean current = thread.getId() != null && thread.getId() == Thread.currentThread().getId();
			if (current && trace != null && trace.getFrames() != null) {
				List<SentryStackFrame> frames = new ArrayList<>(trace.getFrames());
				while (!frames.isEmpty() && isOwn(frames.get(frames.size() - 1).getModule())) {
					frames.remove(frames.size() - 1);
				}
				trace.setFrames(frames);
				thread.setStacktrace(frames.isEmpty() ? null : trace);
			}
		}
		return threads;
	}

	private static boolean isOwn(@Nullable String module) {
		return module == null || ApplicationFrames.isJdk(module) || ApplicationFrames.isCairn(module);
	}

}
