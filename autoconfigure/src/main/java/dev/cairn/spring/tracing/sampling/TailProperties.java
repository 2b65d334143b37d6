package dev.cairn.spring.tracing.sampling;

import java.time.Duration;

import dev.cairn.spring.core.InvalidProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the tail of sampling.
 *
 * @param enabled Whether to record all traces, and to export those that failed or were
 * slow besides the sampled ones.
 * @param slow Duration from which a trace is exported; 0 for none. By default, that of
 * cairn.requests.slow.
 * @param maxSpans Maximum number of spans that are held until their trace has ended.
 */
@ConfigurationProperties("cairn.tracing.tail")
record TailProperties(@DefaultValue("false") boolean enabled, @Nullable Duration slow,
		@DefaultValue("10000") int maxSpans) {

	private static final int MOST_SPANS = 1_000_000;

	/** Returns {@link Long#MAX_VALUE} if no trace is slow. */
	long slowNanos(Duration byDefault) {
		Duration duration = (this.slow != null) ? this.slow : byDefault;
		InvalidProperty.requireDurationOrZero((this.slow != null) ? "cairn.tracing.tail.slow" : "cairn.requests.slow",
				duration);
		return duration.isZero() ? Long.MAX_VALUE : duration.toNanos();
	}

	int checkedMaxSpans() {
		InvalidProperty.requireRange("cairn.tracing.tail.max-spans", this.maxSpans, this.maxSpans, 1, MOST_SPANS);
		return this.maxSpans;
	}

}
