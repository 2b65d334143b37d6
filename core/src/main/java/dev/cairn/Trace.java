package dev.cairn;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The trace and span that were active when something happened.
 *
 * @param traceId 32 lower-case hex digits, as defined by W3C Trace Context; a 64-bit id
 * is padded with zeros
 * @param spanId 16 lower-case hex digits
 * @param sampled whether the tracer keeps this trace
 */
public record Trace(String traceId, String spanId, boolean sampled) {

	private static final int TRACE_ID_LENGTH = 32;

	private static final int SPAN_ID_LENGTH = 16;

	/**
	 * Checks both ids.
	 * @throws IllegalArgumentException if one is too long or not lower-case hex
	 */
	public Trace {
		traceId = hex("traceId", traceId, TRACE_ID_LENGTH);
		spanId = hex("spanId", spanId, SPAN_ID_LENGTH);
	}

	private static String hex(String name, String id, int length) {
		if (id.isEmpty() || id.length() > length || !isHex(id)) {
			throw new IllegalArgumentException(
					name + " must be 1 to " + length + " lower-case hex digits, but was '" + id + "'");
		}
		return (id.length() != length) ? "0".repeat(length - id.length()) + id : id;
	}

	private static boolean isHex(String id) {
		for (int i = 0; i < id.length(); i++) {
			char c = id.charAt(i);
			if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Returns the value of the {@code traceparent} header of W3C Trace Context, version
	 * 00.
	 * @return the header's value
	 */
	public String traceparent() {
		return "00-" + this.traceId + "-" + this.spanId + (this.sampled ? "-01" : "-00");
	}

	/**
	 * Provides the active trace of the calling thread. Must be thread-safe and quick.
	 */
	@FunctionalInterface
	public interface Source {

		/** Provides no trace. */
		Source NONE = () -> null;

		/**
		 * Returns a source that looks for another one when a trace is first needed.
		 * @param source finds the source that it delegates to
		 * @return the source
		 */
		static Source lazy(Supplier<Source> source) {
			return new Source() {

				private volatile @Nullable Source found;

				@Override
				public @Nullable Trace current() {
					return found().current();
				}

				@Override
				public @Nullable String currentTraceId() {
					return found().currentTraceId();
				}

				private Source found() {
					Source known = this.found;
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

}
