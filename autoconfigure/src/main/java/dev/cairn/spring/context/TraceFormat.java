package dev.cairn.spring.context;

import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.cairn.Trace;
import dev.cairn.spring.context.TraceHeaders.Caller;
import org.jspecify.annotations.Nullable;

/**
 * A format of the headers of a trace. The constants are named as in Boot's properties.
 */
enum TraceFormat {

	/** W3C Trace Context: {@code traceparent}. */
	W3C(Trace.TRACEPARENT) {

		@Override
		@Nullable Caller read(Function<String, @Nullable String> headers) {
			Trace trace = Trace.parse(headers.apply(Trace.TRACEPARENT));
			return (trace != null) ? new Caller(trace, trace.sampled()) : null;
		}

		@Override
		void write(Trace trace, BiConsumer<String, String> headers) {
			headers.accept(Trace.TRACEPARENT, trace.traceparent());
		}

	},

	/** Zipkin's format in one header, which may contain the decision only. */
	B3("b3") {

		private static final Pattern FORMAT = Pattern
			.compile("([0-9a-f]{16}|[0-9a-f]{32})-([0-9a-f]{16})(?:-([01d]))?(?:-[0-9a-f]{16})?");

		@Override
		@Nullable Caller read(Function<String, @Nullable String> headers) {
			String value = String.valueOf(headers.apply(header())).trim();
			if (DECISION.matcher(value).matches()) {
				return new Caller(null, !"0".equals(value));
			}
			Matcher matcher = FORMAT.matcher(value);
			return matcher.matches() ? caller(matcher.group(1), matcher.group(2), matcher.group(3)) : null;
		}

		@Override
		void write(Trace trace, BiConsumer<String, String> headers) {
			headers.accept(header(), trace.traceId() + "-" + trace.spanId() + "-" + (trace.sampled() ? "1" : "0"));
		}

	},

	/** Zipkin's format in several headers, which may contain the decision only. */
	B3_MULTI("X-B3-TraceId") {

		private static final String SPAN_ID = "X-B3-SpanId";

		private static final String SAMPLED = "X-B3-Sampled";

		private static final String FLAGS = "X-B3-Flags";

		@Override
		boolean isPresent(Function<String, @Nullable String> headers) {
			return super.isPresent(headers) || headers.apply(SAMPLED) != null || headers.apply(FLAGS) != null;
		}

		@Override
		@Nullable Caller read(Function<String, @Nullable String> headers) {
			String traceId = headers.apply(header());
			String spanId = headers.apply(SPAN_ID);
			String decision = "1".equals(headers.apply(FLAGS)) ? "d" : decision(headers.apply(SAMPLED));
			if (decision != null && !DECISION.matcher(decision).matches()) {
				return null;
			}
			if (traceId == null && spanId == null) {
				return new Caller(null, (decision != null) ? !"0".equals(decision) : null);
			}
			return (traceId != null && spanId != null && ID.matcher(traceId).matches()
					&& SPAN.matcher(spanId).matches()) ? caller(traceId, spanId, decision) : null;
		}

		private @Nullable String decision(@Nullable String sampled) {
			if ("true".equalsIgnoreCase(sampled)) {
				return "1";
			}
			return "false".equalsIgnoreCase(sampled) ? "0" : sampled;
		}

		@Override
		void write(Trace trace, BiConsumer<String, String> headers) {
			headers.accept(header(), trace.traceId());
			headers.accept(SPAN_ID, trace.spanId());
			headers.accept(SAMPLED, trace.sampled() ? "1" : "0");
		}

	};

	/** Not sampled, sampled, or to be sampled for debugging. */
	private static final Pattern DECISION = Pattern.compile("[01d]");

	private static final Pattern ID = Pattern.compile("[0-9a-f]{16}|[0-9a-f]{32}");

	private static final Pattern SPAN = Pattern.compile("[0-9a-f]{16}");

	private static final Pattern ZERO = Pattern.compile("0+");

	private final String header;

	TraceFormat(String header) {
		this.header = header;
	}

	/** Returns the header that has the id of the trace. */
	String header() {
		return this.header;
	}

	boolean isPresent(Function<String, @Nullable String> headers) {
		return headers.apply(this.header) != null;
	}

	/** Returns what the headers contain, {@code null} if they are malformed. */
	abstract @Nullable Caller read(Function<String, @Nullable String> headers);

	abstract void write(Trace trace, BiConsumer<String, String> headers);

	/** A decision that is missing is left to this service. */
	private static @Nullable Caller caller(String traceId, String spanId, @Nullable String decision) {
		if (ZERO.matcher(traceId).matches() || ZERO.matcher(spanId).matches()) {
			return null;
		}
		return new Caller(new Trace(traceId, spanId, decision != null && !"0".equals(decision)),
				(decision != null) ? !"0".equals(decision) : null);
	}

}
