package dev.cairn.spring.test;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/**
 * The spans that a tracer of OpenTelemetry exports. Thread-safe.
 */
public class SpanCollector implements SpanExporter {

	private final List<SpanData> spans = new CopyOnWriteArrayList<>();

	@Override
	public CompletableResultCode export(Collection<SpanData> ended) {
		this.spans.addAll(ended);
		return CompletableResultCode.ofSuccess();
	}

	@Override
	public CompletableResultCode flush() {
		return CompletableResultCode.ofSuccess();
	}

	@Override
	public CompletableResultCode shutdown() {
		return CompletableResultCode.ofSuccess();
	}

	/**
	 * Return the spans.
	 * @return the spans, in the order of their export
	 */
	public List<SpanData> all() {
		return List.copyOf(this.spans);
	}

	/**
	 * Forget the spans.
	 */
	public void clear() {
		this.spans.clear();
	}

}
