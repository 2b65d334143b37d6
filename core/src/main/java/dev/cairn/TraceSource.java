package dev.cairn;

import org.jspecify.annotations.Nullable;

/**
 * Knows the trace that is active on the calling thread. Must be thread-safe and quick.
 */
@FunctionalInterface
public interface TraceSource {

	/** Knows of no trace. */
	TraceSource NONE = () -> null;

	/**
	 * Return the active trace.
	 * @return the trace, or {@code null} without one
	 */
	@Nullable Trace current();

	/**
	 * Return the id of the active trace. For those who do not need the rest of it.
	 * @return 32 lower-case hex digits, or {@code null} without a trace
	 */
	default @Nullable String currentTraceId() {
		Trace trace = current();
		return (trace != null) ? trace.traceId() : null;
	}

}
