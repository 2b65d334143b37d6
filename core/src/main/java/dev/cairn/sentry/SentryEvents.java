package dev.cairn.sentry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.cairn.Category;
import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.internal.Throwables;
import io.sentry.SentryEvent;
import io.sentry.SentryLevel;
import io.sentry.SentryOptions;
import io.sentry.SentryStackTraceFactory;
import io.sentry.SpanContext;
import io.sentry.SpanId;
import io.sentry.TracesSamplingDecision;
import io.sentry.exception.ExceptionMechanismException;
import io.sentry.protocol.Mechanism;
import io.sentry.protocol.SentryException;
import io.sentry.protocol.SentryId;
import io.sentry.protocol.SentryStackTrace;
import io.sentry.util.LoggerPropertiesUtil;
import org.jspecify.annotations.Nullable;

/**
 * Converts messages into events of Sentry's client.
 */
final class SentryEvents {

	/** The context that contains the fields of the message. */
	static final String CONTEXT = "cairn";

	private static final int ID_LENGTH = 32;

	private final SentryOptions options;

	SentryEvents(SentryOptions options) {
		this.options = options;
	}

	SentryEvent of(Message message, FailedThread failed) {
		SentryEvent event = new SentryEvent(Date.from(message.timestamp()));
		event.setEventId(new SentryId(eventId(message)));
		event.setLevel(level(message));
		Throwable thrown = message.thrown();
		if (thrown != null) {
			addThrown(event, thrown, mechanism(message), failed.thread());
		}
		addLog(event, message, failed);
		String transaction = transaction(message);
		event.setTransaction((transaction != null) ? transaction : failed.transaction());
		if (message.origin().release() != null) {
			event.setRelease(message.origin().release());
		}
		Trace trace = message.trace();
		if (trace != null) {
			event.getContexts()
				.setTrace(new SpanContext(new SentryId(trace.traceId()), new SpanId(trace.spanId()), message.type(),
						null, new TracesSamplingDecision(trace.sampled())));
		}
		event.getContexts().put(CONTEXT, context(message));
		return event;
	}

	/** Adds what Sentry's own Logback appender adds. */
	private void addLog(SentryEvent event, Message message, FailedThread failed) {
		Map<String, ?> fields = message.fields();
		String text = message.payload();
		if (text.isEmpty() && fields.get(MessageFields.LOG_MESSAGE) instanceof String logged) {
			text = logged;
		}
		if (!text.isEmpty() || message.thrown() == null) {
			io.sentry.protocol.Message entry = new io.sentry.protocol.Message();
			entry.setFormatted(text.isEmpty() ? message.type() : text);
			if (fields.containsKey(MessageFields.LOG_LOGGER)) {
				Object template = fields.get(MessageFields.LOG_TEMPLATE);
				entry.setMessage((template != null) ? String.valueOf(template) : entry.getFormatted());
			}
			if (fields.get(MessageFields.LOG_ARGUMENTS) instanceof List<?> arguments) {
				entry.setParams(arguments.stream().map(String::valueOf).toList());
			}
			event.setMessage(entry);
		}
		event.setLogger(message.logger());
		if (fields.get(MessageFields.LOG_LOGGER) instanceof String logger) {
			event.setLogger(logger);
			event.setExtra("thread_name", failed.name());
		}
		Map<String, String> diagnostic = failed.diagnosticContext();
		if (diagnostic != null) {
			diagnostic.values().removeIf(Objects::isNull);
			LoggerPropertiesUtil.applyPropertiesToEvent(event, this.options.getContextTags(), diagnostic);
		}
		if (fields.get(MessageFields.CONTEXT) instanceof Map<?, ?> bound) {
			// Values that were bound where the failure occurred may be unbound when it is
			// reported
			this.options.getContextTags().forEach((tag) -> {
				if (bound.get(tag) != null) {
					event.setTag(tag, String.valueOf(bound.get(tag)));
				}
			});
		}
	}

	private static Mechanism mechanism(Message message) {
		Mechanism mechanism = new Mechanism();
		mechanism.setType(CONTEXT);
		if (message.fields().get(MessageFields.HANDLED) instanceof Boolean handled) {
			mechanism.setHandled(handled);
		}
		return mechanism;
	}

	private void addThrown(SentryEvent event, Throwable thrown, Mechanism mechanism, Thread thread) {
		if (Throwables.isBounded(thrown)) {
			event.setThrowable(new ExceptionMechanismException(mechanism, thrown, thread));
		}
		else {
			// Sentry's client would follow the causes until the heap is full
			List<SentryException> exceptions = describe(thrown);
			exceptions.get(exceptions.size() - 1).setMechanism(mechanism);
			event.setExceptions(exceptions);
		}
	}

	/** The innermost cause comes first. */
	private List<SentryException> describe(Throwable thrown) {
		List<SentryException> exceptions = new ArrayList<>();
		Throwables.chain(thrown).forEach((each) -> exceptions.add(describeOne(each)));
		Collections.reverse(exceptions);
		return exceptions;
	}

	private SentryException describeOne(Throwable thrown) {
		SentryException exception = new SentryException();
		String module = thrown.getClass().getPackageName();
		String name = thrown.getClass().getName();
		exception.setType(module.isEmpty() ? name : name.substring(module.length() + 1));
		exception.setModule(module);
		exception.setValue(Throwables.message(thrown));
		exception.setStacktrace(new SentryStackTrace(
				new SentryStackTraceFactory(this.options).getStackFrames(Throwables.frames(thrown), false)));
		return exception;
	}

	private Map<String, @Nullable Object> context(Message message) {
		Map<String, @Nullable Object> context = new HashMap<>();
		message.fields().forEach((key, value) -> context.put(key, finite(value)));
		// They are parts of the event
		List.of(MessageFields.LOG_TEMPLATE, MessageFields.LOG_ARGUMENTS).forEach(context::remove);
		if (!this.options.isSendDefaultPii()) {
			// As Sentry's client does with what identifies a person
			context.remove(MessageFields.USER);
		}
		context.put("message_id", message.id());
		context.put("message_type", message.type());
		Category category = message.category();
		if (category != null) {
			context.put("category", category.wireName());
		}
		return context;
	}

	/**
	 * Replaces NaN and infinite numbers, which JSON does not have: Sentry's client would
	 * drop the event.
	 */
	private static @Nullable Object finite(@Nullable Object value) {
		if (value instanceof Map<?, ?> map) {
			Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
			map.forEach((key, element) -> copy.put(key, finite(element)));
			return copy;
		}
		if (value instanceof List<?> list) {
			return list.stream().map(SentryEvents::finite).toList();
		}
		boolean infinite = (value instanceof Double || value instanceof Float)
				&& !Double.isFinite(((Number) value).doubleValue());
		return infinite ? String.valueOf(value) : value;
	}

	/** Without a route, Sentry's client uses the path. */
	private static @Nullable String transaction(Message message) {
		String method = MessageFields.method(message);
		String route = MessageFields.route(message);
		return (method != null && route != null && route.startsWith("/")) ? method + " " + route : null;
	}

	/** The application may have a field of that name with another content. */
	static String eventId(Message message) {
		String errorId = MessageFields.errorId(message);
		return (errorId != null && isId(errorId)) ? errorId : message.id().replace("-", "");
	}

	private static boolean isId(String text) {
		boolean hex = text.length() == ID_LENGTH;
		for (int i = 0; hex && i < ID_LENGTH; i++) {
			char c = text.charAt(i);
			hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
		}
		return hex;
	}

	/** As with Sentry's own integrations, a failure that is not handled is fatal. */
	private static SentryLevel level(Message message) {
		if (message.severity() == Severity.ERROR && Boolean.FALSE.equals(message.fields().get(MessageFields.HANDLED))) {
			return SentryLevel.FATAL;
		}
		return switch (message.severity()) {
			case EMERGENCY, ALERT, CRITICAL -> SentryLevel.FATAL;
			case ERROR -> SentryLevel.ERROR;
			case WARNING -> SentryLevel.WARNING;
			case NOTICE, INFORMATIONAL -> SentryLevel.INFO;
			case DEBUG -> SentryLevel.DEBUG;
		};
	}

}
