package dev.cairn.spring.tracing;

import java.util.function.Supplier;

import dev.cairn.Trace;
import dev.cairn.TraceSource;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

/**
 * Asks for the tracer when a trace is first wanted: the tracer may have meters itself.
 */
public final class LazyTraceSource implements TraceSource {

	private final SingletonSupplier<TraceSource> source;

	/**
	 * Create a source.
	 * @param source finds the one that knows
	 */
	public LazyTraceSource(Supplier<TraceSource> source) {
		this.source = SingletonSupplier.of(source);
	}

	@Override
	public @Nullable Trace current() {
		return this.source.obtain().current();
	}

	@Override
	public @Nullable String currentTraceId() {
		return this.source.obtain().currentTraceId();
	}

}
