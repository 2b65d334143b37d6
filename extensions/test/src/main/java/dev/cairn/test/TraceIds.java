package dev.cairn.test;

import java.util.regex.Pattern;

import dev.cairn.Message;
import dev.cairn.Trace;
import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * Finds the id of the trace of a signal and of a response.
 */
final class TraceIds {

	private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

	private TraceIds() {
	}

	static @Nullable String of(RecordedSignal signal) {
		if (signal instanceof RecordedSignal.Published published && published.message().trace() != null) {
			return published.message().trace().traceId();
		}
		UnitOfWork unit = signal.unit();
		Trace trace = (unit != null) ? unit.trace() : null;
		return (trace != null) ? trace.traceId() : null;
	}

	/**
	 * Returns the id of the trace of a response or another carrier.
	 * @param header the name of the response's header
	 */
	static String of(Object carrier, String header) {
		String text = text(carrier, header);
		if (ID.matcher(text).matches()) {
			return text;
		}
		Trace trace = Trace.parse(text);
		if (trace == null) {
			throw new IllegalArgumentException("Expected the id of a trace or a traceparent, but was '" + text + "'");
		}
		return trace.traceId();
	}

	private static String text(Object carrier, String header) {
		if (carrier instanceof CharSequence text) {
			return text.toString();
		}
		if (carrier instanceof Message message) {
			if (message.trace() == null) {
				throw new IllegalArgumentException("The message '" + message.type() + "' has no trace");
			}
			return message.trace().traceId();
		}
		return ResponseHeaders.required(carrier, header);
	}

}
