package dev.cairn;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Provides the active trace of the calling thread. Must be thread-safe and quick.
 */
@FunctionalInterface
public interface TraceSource {

	/** Provides no trace. */
	TraceSource NONE = () -> null;

	/**
	 * Returns a source that looks for another one when a trace is first needed.
	 * @param source finds the source that it delegates to
	 * @return the source
	 */
	static TraceSource lazy(Supplier<TraceSource> source) {
		return new TraceSource() {

			private volatile @Nullable TraceSource found;

			@Override
			public @Nullable Trace current() {
				return found().current();
			}

			@Override
			public @Nullable String currentTraceId() {
				return found().currentTraceId();
			}

			private TraceSource found() {
				TraceSource known = this.found;
				if (known == null) {
					known = source.get();
					this.found = known;
				}
				return known;
			}

		};
	}

	/**
	 * Return the active trace.
	 * @return the trace, or {@code null} without one
	 */
	@Nullable Trace current();

	/**
	 * Returns the id of the active trace.
	 * @return 32 lower-case hex digits, or {@code null} if there is no trace
	 */
	default @Nullable String currentTraceId() {
		Trace trace = current();
		return (trace != null) ? trace.traceId() : null;
	}

}
