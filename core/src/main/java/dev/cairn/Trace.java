package dev.cairn;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

	/** The name of the header of W3C Trace Context. */
	public static final String TRACEPARENT = "traceparent";

	private static final int TRACE_ID_LENGTH = 32;

	private static final int SPAN_ID_LENGTH = 16;

	/** Later versions may append further fields. */
	private static final Pattern FORMAT = Pattern
		.compile("(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

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
	 * Begins a trace with random ids, as W3C Trace Context defines them.
	 * @param sampled whether a tracer should keep this trace
	 * @return the trace
	 */
	public static Trace begin(boolean sampled) {
		HexFormat hex = HexFormat.of();
		String traceId = hex.toHexDigits(ThreadLocalRandom.current().nextLong()) + randomId();
		return new Trace(traceId, randomId(), sampled);
	}

	/** Random and not zero. */
	private static String randomId() {
		return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong() | 1);
	}

	/**
	 * Reads the value of the {@code traceparent} header of W3C Trace Context.
	 * @param traceparent the header's value
	 * @return the trace of the caller, or {@code null} if the value is missing or
	 * malformed
	 */
	public static @Nullable Trace parse(@Nullable String traceparent) {
		if (traceparent == null) {
			return null;
		}
		Matcher matcher = FORMAT.matcher(traceparent.trim());
		if (!matcher.matches() || (matcher.group(1).equals("00") && matcher.group(5) != null)) {
			return null;
		}
		boolean sampled = (HexFormat.fromHexDigits(matcher.group(4)) & 1) != 0;
		return new Trace(matcher.group(2), matcher.group(3), sampled);
	}

	/**
	 * Returns this trace with another span.
	 * @return a trace with the same trace id
	 */
	public Trace nextSpan() {
		return new Trace(this.traceId, randomId(), this.sampled);
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

		/**
		 * Returns the trace that headers contain. By default, their format is that of
		 * W3C.
		 * @param headers returns the value of a header, or {@code null} if there is none
		 * @return the trace, or {@code null} without a valid one
		 */
		default @Nullable Trace read(Function<String, @Nullable String> headers) {
			return parse(headers.apply(TRACEPARENT));
		}

		/**
		 * Returns the trace of a unit of work that starts. A tracer has already continued
		 * the trace of the caller, so by default this is the active one.
		 * @param parent the trace of the work that it is part of, or {@code null} if
		 * there is none
		 * @param headers returns the value of a header of the request or record that
		 * causes the work, or {@code null} if there is none
		 * @return the trace, or {@code null} without one
		 */
		default @Nullable Trace start(@Nullable Trace parent, Function<String, @Nullable String> headers) {
			return current();
		}

		/**
		 * Returns whether the ids are in the diagnostic context (MDC) while a trace is
		 * active. If not, units of work add them.
		 * @return {@code true} by default
		 */
		default boolean isInDiagnosticContext() {
			return true;
		}

	}

}
