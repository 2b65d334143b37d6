package dev.cairn.spring.tracing.sampling;

import java.util.List;

import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * Passes spans on to the handlers of the application when their trace is kept: at once if
 * it is sampled. They receive the spans that are kept later as sampled ones.
 */
final class BraveTail extends SpanHandler {

	private static final int ID_LENGTH = 32;

	private final HeldTraces traces;

	private final List<SpanHandler> handlers;

	BraveTail(HeldTraces traces, List<SpanHandler> handlers) {
		this.traces = traces;
		this.handlers = List.copyOf(handlers);
	}

	@Override
	public boolean begin(TraceContext context, MutableSpan span, @Nullable TraceContext parent) {
		if (!isSampled(context)) {
			this.traces.started(traceId(context), context.parentIdAsLong() != 0);
		}
		return this.handlers.stream().allMatch((handler) -> handler.begin(context, span, parent));
	}

	@Override
	public boolean end(TraceContext context, MutableSpan span, Cause cause) {
		if (isSampled(context)) {
			return end(this.handlers, context, span, cause);
		}
		boolean failed = context.isLocalRoot() && (span.error() != null || span.tag("error") != null);
		this.traces.ended(traceId(context), failed, (partial) -> {
			if (partial) {
				span.tag(HeldTraces.PARTIAL, "true");
			}
			end(this.handlers, context.toBuilder().sampled(true).build(), span, cause);
		});
		return true;
	}

	private static boolean end(List<SpanHandler> handlers, TraceContext context, MutableSpan span, Cause cause) {
		return handlers.stream()
			.filter((handler) -> cause != Cause.ABANDONED || handler.handlesAbandoned())
			.allMatch((handler) -> handler.end(context, span, cause));
	}

	/** Each span that begins ends. */
	@Override
	public boolean handlesAbandoned() {
		return true;
	}

	private static boolean isSampled(TraceContext context) {
		return Boolean.TRUE.equals(context.sampled());
	}

	/** As in units of work. */
	private static String traceId(TraceContext context) {
		String id = context.traceIdString();
		return "0".repeat(ID_LENGTH - id.length()) + id;
	}

}
