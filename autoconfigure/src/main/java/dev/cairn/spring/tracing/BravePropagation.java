package dev.cairn.spring.tracing;

import java.util.List;

import brave.Span.Kind;
import brave.propagation.Propagation;
import brave.propagation.TraceContext;
import brave.propagation.TraceContext.Extractor;
import brave.propagation.TraceContext.Injector;
import dev.cairn.Trace;
import org.jspecify.annotations.Nullable;

/**
 * Hides a malformed {@code traceparent} from Brave, whose parser throws an exception for
 * some of them. All else is that of the propagation of the application. Brave reports
 * malformed headers of B3 itself, and begins a trace. Thread-safe.
 */
final class BravePropagation implements Propagation<String> {

	private final Propagation<String> propagation;

	private BravePropagation(Propagation<String> propagation) {
		this.propagation = propagation;
	}

	@Override
	public List<String> keys() {
		return this.propagation.keys();
	}

	@Override
	public <R> Injector<R> injector(Setter<R, String> setter) {
		return this.propagation.injector(setter);
	}

	@Override
	public <R> Extractor<R> extractor(Getter<R, String> getter) {
		return this.propagation.extractor((getter instanceof RemoteGetter<R> remote) ? new CheckedRemote<>(remote)
				: (carrier, key) -> checked(key, getter.get(carrier, key)));
	}

	private static @Nullable String checked(String key, @Nullable String value) {
		return (Trace.TRACEPARENT.equalsIgnoreCase(key) && Trace.parse(value) == null) ? null : value;
	}

	/** Brave selects the format of B3 by the kind. */
	private record CheckedRemote<R>(RemoteGetter<R> getter) implements RemoteGetter<R> {

		@Override
		public Kind spanKind() {
			return this.getter.spanKind();
		}

		@Override
		public @Nullable String get(R carrier, String key) {
			return checked(key, this.getter.get(carrier, key));
		}

	}

	/** The factory of the application, with the checked propagation. */
	static final class Factory extends Propagation.Factory {

		private final Propagation.Factory factory;

		private final Propagation<String> propagation;

		Factory(Propagation.Factory factory) {
			this.factory = factory;
			this.propagation = new BravePropagation(factory.get());
		}

		@Override
		public boolean supportsJoin() {
			return this.factory.supportsJoin();
		}

		@Override
		public boolean requires128BitTraceId() {
			return this.factory.requires128BitTraceId();
		}

		@Override
		public Propagation<String> get() {
			return this.propagation;
		}

		@Override
		public TraceContext decorate(TraceContext context) {
			return this.factory.decorate(context);
		}

	}

}
