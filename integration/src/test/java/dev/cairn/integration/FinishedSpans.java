package dev.cairn.integration;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.TraceContext;
import org.awaitility.Awaitility;

/**
 * The spans that Brave would send, in the order in which they finished.
 */
final class FinishedSpans extends SpanHandler {

	private final List<MutableSpan> spans = new CopyOnWriteArrayList<>();

	@Override
	public boolean end(TraceContext context, MutableSpan span, Cause cause) {
		this.spans.add(new MutableSpan(span));
		return true;
	}

	List<MutableSpan> all() {
		return List.copyOf(this.spans);
	}

	void clear() {
		this.spans.clear();
	}

	/** Waits for the only span with a name. */
	MutableSpan only(String name) {
		return only((span) -> name.equals(span.name()), name);
	}

	/** Waits for the only span of a kind. */
	MutableSpan only(brave.Span.Kind kind) {
		return only((span) -> span.kind() == kind, kind.name());
	}

	private MutableSpan only(Predicate<MutableSpan> filter, String description) {
		Awaitility.await(description)
			.atMost(Duration.ofSeconds(60))
			.failFast("Several spans: " + this.spans, () -> this.spans.stream().filter(filter).count() > 1)
			.until(() -> this.spans.stream().anyMatch(filter));
		return this.spans.stream().filter(filter).findFirst().orElseThrow();
	}

}
