package dev.cairn.spring.tracing.sampling;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/**
 * The spans that a tracer of OpenTelemetry has exported, without those of requests that
 * only wait for the end of other requests.
 */
final class ExportedSpans implements SpanExporter {

	static final String NEXT = "/next";

	private final List<SpanData> spans = new CopyOnWriteArrayList<>();

	@Override
	public CompletableResultCode export(Collection<SpanData> batch) {
		batch.stream().filter((span) -> !span.getName().endsWith(NEXT)).forEach(this.spans::add);
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

	List<SpanData> all() {
		return List.copyOf(this.spans);
	}

	void clear() {
		this.spans.clear();
	}

	List<String> names() {
		return this.spans.stream().map(SpanData::getName).toList();
	}

	Set<String> traceIds() {
		return this.spans.stream().map(SpanData::getTraceId).collect(Collectors.toSet());
	}

}
