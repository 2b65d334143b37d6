package dev.cairn.spring.tracing.sampling;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.cairn.spring.test.SpanCollector;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * The spans that a tracer of OpenTelemetry has exported, without those of requests that
 * only wait for the end of other requests.
 */
final class ExportedSpans extends SpanCollector {

	static final String NEXT = "/next";

	@Override
	public CompletableResultCode export(Collection<SpanData> batch) {
		return super.export(batch.stream().filter((span) -> !span.getName().endsWith(NEXT)).toList());
	}

	List<String> names() {
		return all().stream().map(SpanData::getName).toList();
	}

	Set<String> traceIds() {
		return all().stream().map(SpanData::getTraceId).collect(Collectors.toSet());
	}

}
