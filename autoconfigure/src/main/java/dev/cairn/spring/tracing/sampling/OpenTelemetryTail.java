package dev.cairn.spring.tracing.sampling;

import java.util.List;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;

/**
 * Passes spans on to the processors of the application when their trace is kept: at once
 * if it is sampled. They receive the spans that are kept later as sampled ones.
 */
final class OpenTelemetryTail implements SpanProcessor {

	private final PendingTraces traces;

	private final SpanProcessor processors;

	OpenTelemetryTail(PendingTraces traces, List<SpanProcessor> processors) {
		this.traces = traces;
		this.processors = SpanProcessor.composite(processors);
	}

	@Override
	public void onStart(Context parent, ReadWriteSpan span) {
		SpanContext context = span.getSpanContext();
		if (!context.isSampled()) {
			this.traces.started(context.getTraceId(), span.getParentSpanContext().isValid());
		}
		if (this.processors.isStartRequired()) {
			this.processors.onStart(parent, span);
		}
	}

	@Override
	public boolean isStartRequired() {
		return true;
	}

	@Override
	public void onEnd(ReadableSpan span) {
		SpanContext context = span.getSpanContext();
		if (!context.isSampled()) {
			this.traces.ended(context.getTraceId(), isFailure(span),
					new BufferedOpenTelemetrySpan(span, this.processors));
		}
		else if (this.processors.isEndRequired()) {
			this.processors.onEnd(span);
		}
	}

	/** Failures of other spans may have been handled. */
	private static boolean isFailure(ReadableSpan span) {
		SpanContext parent = span.getParentSpanContext();
		return (!parent.isValid() || parent.isRemote())
				&& span.toSpanData().getStatus().getStatusCode() == StatusCode.ERROR;
	}

	@Override
	public boolean isEndRequired() {
		return true;
	}

	@Override
	public CompletableResultCode shutdown() {
		this.traces.close();
		return this.processors.shutdown();
	}

	@Override
	public CompletableResultCode forceFlush() {
		return this.processors.forceFlush();
	}

	/**
	 * A span as processors receive it.
	 */
	private record BufferedOpenTelemetrySpan(ReadableSpan span, SpanProcessor processors) implements BufferedSpan {

		@Override
		public void export(boolean partial) {
			end(new KeptSpan(this.span, partial));
		}

		@Override
		public void drop() {
			end(this.span);
		}

		private void end(ReadableSpan ended) {
			if (this.processors.isEndRequired()) {
				this.processors.onEnd(ended);
			}
		}

		@Override
		public long nanos() {
			return this.span.getLatencyNanos();
		}

	}

	/**
	 * Records the spans that another sampler drops.
	 *
	 * @param sampler the other sampler
	 */
	record Recording(Sampler sampler) implements Sampler {

		@Override
		public SamplingResult shouldSample(Context parent, String traceId, String name, SpanKind kind,
				Attributes attributes, List<LinkData> links) {
			SamplingResult result = this.sampler.shouldSample(parent, traceId, name, kind, attributes, links);
			return (result.getDecision() == SamplingDecision.DROP) ? new RecordOnly(result) : result;
		}

		@Override
		public String getDescription() {
			return "Recording{" + this.sampler.getDescription() + "}";
		}

		/**
		 * A result with another decision.
		 */
		private record RecordOnly(SamplingResult dropped) implements SamplingResult {

			@Override
			public SamplingDecision getDecision() {
				return SamplingDecision.RECORD_ONLY;
			}

			@Override
			public Attributes getAttributes() {
				return this.dropped.getAttributes();
			}

			@Override
			public TraceState getUpdatedTraceState(TraceState parent) {
				return this.dropped.getUpdatedTraceState(parent);
			}

		}

	}

}
