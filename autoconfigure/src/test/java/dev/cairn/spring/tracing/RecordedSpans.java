package dev.cairn.spring.tracing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * The sampled spans of a tracer of OpenTelemetry, in the order in which they ended.
 */
final class RecordedSpans implements SpanProcessor {

	private final List<SpanData> spans = new CopyOnWriteArrayList<>();

	@Override
	public void onStart(Context parent, ReadWriteSpan span) {
	}

	@Override
	public boolean isStartRequired() {
		return false;
	}

	@Override
	public void onEnd(ReadableSpan span) {
		if (span.getSpanContext().isSampled()) {
			this.spans.add(span.toSpanData());
		}
	}

	@Override
	public boolean isEndRequired() {
		return true;
	}

	List<SpanData> all() {
		return List.copyOf(this.spans);
	}

	void clear() {
		this.spans.clear();
	}

	/** Waits for the only span with a name. */
	SpanData only(String name) {
		Awaitility.await().until(() -> !named(name).isEmpty());
		List<SpanData> found = named(name);
		if (found.size() != 1) {
			throw new AssertionError(found.size() + " spans " + name + ": " + found);
		}
		return found.get(0);
	}

	List<SpanData> named(String name) {
		return this.spans.stream().filter((span) -> span.getName().equals(name)).toList();
	}

	static @Nullable String tag(SpanData span, String name) {
		return span.getAttributes().get(AttributeKey.stringKey(name));
	}

}
