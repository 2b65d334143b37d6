package dev.cairn.sentry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.MessageFields;
import io.sentry.SentryEvent;
import io.sentry.protocol.SentryException;
import io.sentry.protocol.SentryStackFrame;
import io.sentry.protocol.SentryStackTrace;
import org.jspecify.annotations.Nullable;

/**
 * Shows the arguments of calls as variables of their frames. Takes them from the field
 * {@code arguments} of a message: a list, innermost call first, of {@code class},
 * {@code method} and {@code arguments} by name. Calls without a frame stay in the field.
 */
final class FrameVariables {

	/** Causes repeat frames; the event has to stay small. */
	private static final int MAX_FRAMES = 60;

	private FrameVariables() {
	}

	static void addTo(SentryEvent event) {
		List<SentryException> exceptions = event.getExceptions();
		if (exceptions != null && event.getContexts().get(SentryEvents.CONTEXT) instanceof Map<?, ?> context
				&& context.get(MessageFields.ARGUMENTS) instanceof List<?> calls) {
			List<Object> unplaced = new ArrayList<>(calls);
			int room = MAX_FRAMES;
			// The outermost exception comes last, and is shown first
			for (int i = exceptions.size() - 1; i >= 0 && room > 0; i--) {
				List<Object> left = new ArrayList<>(calls);
				place(left, exceptions.get(i).getStacktrace(), room);
				room -= calls.size() - left.size();
				unplaced.retainAll(left);
			}
			Map<Object, @Nullable Object> rest = new LinkedHashMap<>(context);
			rest.remove(MessageFields.ARGUMENTS);
			if (!unplaced.isEmpty()) {
				rest.put(MessageFields.ARGUMENTS, unplaced);
			}
			event.getContexts().put(SentryEvents.CONTEXT, rest);
		}
	}

	/** Removes the calls that have a frame from the list. */
	private static void place(List<Object> calls, @Nullable SentryStackTrace trace, int room) {
		List<SentryStackFrame> frames = (trace != null && trace.getFrames() != null) ? trace.getFrames() : List.of();
		int left = Math.max(0, calls.size() - room);
		// The innermost frame comes last
		for (int i = frames.size() - 1; i >= 0 && calls.size() > left; i--) {
			Map<?, ?> call = find(calls, frames.get(i));
			if (call != null && call.get(MessageFields.ARGUMENTS) instanceof Map<?, ?> arguments) {
				frames.get(i).setVars(variables(arguments));
				calls.remove(call);
			}
		}
	}

	private static @Nullable Map<?, ?> find(List<Object> calls, SentryStackFrame frame) {
		for (Object candidate : calls) {
			if (candidate instanceof Map<?, ?> call && call.get(MessageFields.METHOD) instanceof String method
					&& method.equals(frame.getFunction()) && call.get(MessageFields.CLASS) instanceof String type
					&& type.equals(frame.getModule())) {
				return call;
			}
		}
		return null;
	}

	private static Map<String, Object> variables(Map<?, ?> arguments) {
		Map<String, Object> variables = new LinkedHashMap<>();
		arguments.forEach((name, text) -> variables.put(String.valueOf(name), String.valueOf(text)));
		return variables;
	}

}
