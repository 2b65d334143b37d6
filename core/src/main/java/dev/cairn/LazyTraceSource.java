package dev.cairn;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * A source that looks for another one when a trace is first needed.
 */
final class LazyTraceSource implements TraceSource {

	private final Supplier<TraceSource> supplier;

	private volatile @Nullable TraceSource source;

	LazyTraceSource(Supplier<TraceSource> supplier) {
		this.supplier = supplier;
	}

	@Override
	public @Nullable Trace current() {
		return source().current();
	}

	@Override
	public @Nullable String currentTraceId() {
		return source().currentTraceId();
	}

	/** Looking twice does no harm. */
	private TraceSource source() {
		TraceSource found = this.source;
		if (found == null) {
			found = this.supplier.get();
			this.source = found;
		}
		return found;
	}

}
