package dev.cairn.spring.tracing.sampling;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * A span that was not sampled when it started, as a sampled one.
 */
final class KeptSpan extends DelegatingSpanData implements ReadableSpan {

	private final ReadableSpan span;

	private final SpanContext context;

	private final Attributes attributes;

	KeptSpan(ReadableSpan span, boolean partial) {
		this(span, span.toSpanData(), partial);
	}

	private KeptSpan(ReadableSpan span, SpanData data, boolean partial) {
		super(data);
		this.span = span;
		SpanContext context = span.getSpanContext();
		this.context = SpanContext.create(context.getTraceId(), context.getSpanId(), TraceFlags.getSampled(),
				context.getTraceState());
		this.attributes = partial ? data.getAttributes().toBuilder().put(PendingTraces.PARTIAL, true).build()
				: data.getAttributes();
	}

	@Override
	public SpanContext getSpanContext() {
		return this.context;
	}

	@Override
	public Attributes getAttributes() {
		return this.attributes;
	}

	@Override
	public <T> @Nullable T getAttribute(AttributeKey<T> key) {
		return this.attributes.get(key);
	}

	@Override
	public SpanData toSpanData() {
		return this;
	}

	@Override
	public long getLatencyNanos() {
		return this.span.getLatencyNanos();
	}

}
