package dev.cairn.sentry;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.cairn.ApplicationFrames;
import dev.cairn.Redactor;
import dev.cairn.Trace;
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
 * Completes the events of Sentry's client, whoever captured them: adds the active trace
 * or one of their own, shows the arguments of calls as variables of their frames, removes
 * the frames of Cairn from the stack of a text, and redacts everything. Has to run after
 * Sentry's own processors, which make the frames. An event that cannot be redacted is not
 * sent. Thread-safe.
 */
public final class CairnEventProcessor implements EventProcessor {

	private static final String OPERATION = "default";

	private final Supplier<IScopes> scopes;

	private final Trace.Source traces;

	private final Supplier<@Nullable String> work;

	private final EventRedaction redaction;

	/**
	 * Creates a processor.
	 * @param scopes returns the scopes of the calling thread
	 * @param traces returns the active trace
	 * @param work returns the id of the current unit of work, if any, which is used if
	 * there is no trace: 32 hex digits
	 * @param redactor recognizes secrets
	 */
	public CairnEventProcessor(Supplier<IScopes> scopes, Trace.Source traces, Supplier<@Nullable String> work,
			Redactor redactor) {
		this.scopes = scopes;
		this.traces = traces;
		this.work = work;
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
			if (SentryDestination.isCapturing()) {
				event.setThreads(withoutOwnFrames(event.getThreads()));
			}
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
		else if (isShared(event.getContexts().getTrace())) {
			String id = this.work.get();
			event.getContexts()
				.setTrace(new SpanContext((id != null) ? new SentryId(id) : new SentryId(), new SpanId(), OPERATION,
						null, null));
		}
	}

	/** All threads without a trace have the id that the client was initialized with. */
	private boolean isShared(@Nullable SpanContext trace) {
		IScopes root = this.scopes.get();
		for (IScopes parent = root; parent != null; parent = parent.getParentScopes()) {
			root = parent;
		}
		return trace != null && Stream.of(root.getScope(), root.getIsolationScope())
			.anyMatch((scope) -> scope.getPropagationContext().getTraceId().equals(trace.getTraceId()));
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
		return module == null || module.startsWith("java.") || module.startsWith("jdk.")
				|| ApplicationFrames.isCairn(module);
	}

}
