package dev.cairn.spring.context;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.cairn.Trace;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * The headers of a trace: those that are read, the first valid one wins, and those that
 * are sent. Boot's properties select the formats for tracers, too. Thread-safe.
 *
 * @param consumed the formats that are read
 * @param produced the formats that are sent
 * @param malformed counts a header that is present and not valid
 */
record TraceHeaders(List<TraceFormat> consumed, List<TraceFormat> produced, Consumer<String> malformed) {

	private static final String PROPERTIES = "management.tracing.propagation.";

	private static final Caller NO_CALLER = new Caller(null, null);

	static TraceHeaders of(Environment environment, Consumer<String> malformed) {
		List<TraceFormat> all = formats(environment, "type", List.of());
		return new TraceHeaders(
				all.isEmpty() ? formats(environment, "consume", Arrays.asList(TraceFormat.values())) : all,
				all.isEmpty() ? formats(environment, "produce", List.of(TraceFormat.W3C)) : all, malformed);
	}

	private static List<TraceFormat> formats(Environment environment, String name, List<TraceFormat> byDefault) {
		return Binder.get(environment).bind(PROPERTIES + name, Bindable.listOf(TraceFormat.class)).orElse(byDefault);
	}

	/**
	 * Reads the headers of a caller. Malformed ones are counted and ignored.
	 * @param headers returns the value of a header, {@code null} if there is none
	 */
	Caller read(Function<String, @Nullable String> headers) {
		Boolean sampled = null;
		for (TraceFormat format : this.consumed) {
			if (format.isPresent(headers)) {
				Caller caller = format.read(headers);
				if (caller == null) {
					this.malformed.accept(format.header());
				}
				else if (caller.trace() != null) {
					return caller;
				}
				else {
					sampled = Objects.requireNonNullElse(sampled, caller.sampled());
				}
			}
		}
		return (sampled != null) ? new Caller(null, sampled) : NO_CALLER;
	}

	/**
	 * Writes the headers of a trace.
	 * @param headers sets a header to a value
	 */
	void write(Trace trace, BiConsumer<String, String> headers) {
		this.produced.forEach((format) -> format.write(trace, headers));
	}

	/**
	 * The content of the headers.
	 *
	 * @param trace the trace of the caller
	 * @param sampled the decision of the caller, which B3 can pass on without a trace
	 */
	record Caller(@Nullable Trace trace, @Nullable Boolean sampled) {
	}

}
