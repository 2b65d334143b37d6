package dev.cairn.spring.tracing.sampling;

import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * Passes spans on to the handlers of the application when their trace is kept: at once if
 * it is sampled. They receive the spans that are kept later as sampled ones.
 */
final class BraveTail extends SpanHandler {

	private final PendingTraces traces;

	private final List<SpanHandler> handlers;

	BraveTail(PendingTraces traces, List<SpanHandler> handlers) {
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
		this.traces.ended(traceId(context), failed, new BufferedBraveSpan(this.handlers, context, span, cause));
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
		HexFormat hex = HexFormat.of();
		return hex.toHexDigits(context.traceIdHigh()) + hex.toHexDigits(context.traceId());
	}

	/**
	 * A span as handlers receive it.
	 */
	private record BufferedBraveSpan(List<SpanHandler> handlers, TraceContext context, MutableSpan span,
			Cause cause) implements BufferedSpan {

		@Override
		public void export(boolean partial) {
			if (partial) {
				this.span.tag(PendingTraces.PARTIAL, "true");
			}
			BraveTail.end(this.handlers, this.context.toBuilder().sampled(true).build(), this.span, this.cause);
		}

		/** Handlers expect that all spans that finish are sampled. */
		@Override
		public void drop() {
			BraveTail.end(this.handlers, this.context, this.span, Cause.ABANDONED);
		}

		/** Spans that are abandoned have no start or no end. */
		@Override
		public long nanos() {
			long start = this.span.startTimestamp();
			long end = this.span.finishTimestamp();
			return (start > 0 && end > 0) ? TimeUnit.MICROSECONDS.toNanos(end - start) : 0;
		}

	}

}
