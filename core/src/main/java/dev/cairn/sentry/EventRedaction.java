package dev.cairn.sentry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.function.Consumer;

import dev.cairn.Redactor;
import io.sentry.Breadcrumb;
import io.sentry.SentryBaseEvent;
import io.sentry.SentryEvent;
import io.sentry.SpanContext;
import io.sentry.protocol.Message;
import io.sentry.protocol.Request;
import io.sentry.protocol.Response;
import io.sentry.protocol.SentryException;
import io.sentry.protocol.SentrySpan;
import io.sentry.protocol.SentryStackFrame;
import io.sentry.protocol.SentryStackTrace;
import io.sentry.protocol.SentryThread;
import io.sentry.protocol.SentryTransaction;
import io.sentry.protocol.User;
import org.jspecify.annotations.Nullable;

/**
 * Redacts what Sentry's client sends: messages, exceptions, variables of frames, request,
 * user, tags, extras, contexts and breadcrumbs. Thread-safe.
 */
final class EventRedaction {

	private final Redactor redactor;

	EventRedaction(Redactor redactor) {
		this.redactor = redactor;
	}

	void redact(SentryEvent event) {
		redactBase(event);
		redact(event.getMessage());
		redactExceptions(event.getExceptions());
		redactThreads(event.getThreads());
		replace(event.getTransaction(), event::setTransaction);
		replaceAll(event.getFingerprints(), event::setFingerprints);
	}

	void redact(SentryTransaction transaction) {
		redactBase(transaction);
		for (SentrySpan span : transaction.getSpans()) {
			Map<String, Object> data = span.getData();
			if (data != null) {
				span.setData(copy(data));
			}
			span.getTags().replaceAll(this::text);
		}
	}

	private void redactBase(SentryBaseEvent event) {
		redact(event.getRequest());
		redact(event.getUser());
		redactBreadcrumbs(event.getBreadcrumbs());
		redactContexts(event);
		Map<String, String> tags = event.getTags();
		if (tags != null) {
			event.setTags(texts(tags));
		}
		Map<String, Object> extras = event.getExtras();
		if (extras != null) {
			event.setExtras(copy(extras));
		}
	}

	private void redact(@Nullable Message message) {
		if (message != null) {
			replace(message.getFormatted(), message::setFormatted);
			replace(message.getMessage(), message::setMessage);
			replaceAll(message.getParams(), message::setParams);
		}
	}

	private void redactExceptions(@Nullable List<SentryException> exceptions) {
		if (exceptions != null) {
			for (SentryException exception : exceptions) {
				replace(exception.getValue(), exception::setValue);
				redact(exception.getStacktrace());
			}
		}
	}

	private void redactThreads(@Nullable List<SentryThread> threads) {
		if (threads != null) {
			threads.forEach((thread) -> redact(thread.getStacktrace()));
		}
	}

	private void redact(@Nullable SentryStackTrace trace) {
		List<SentryStackFrame> frames = (trace != null) ? trace.getFrames() : null;
		if (frames != null) {
			for (SentryStackFrame frame : frames) {
				Map<String, Object> variables = frame.getVars();
				if (variables != null) {
					frame.setVars(copy(variables));
				}
			}
		}
	}

	private void redact(@Nullable Request request) {
		if (request == null) {
			return;
		}
		replace(request.getUrl(), request::setUrl);
		replace(request.getQueryString(), request::setQueryString);
		replace(request.getFragment(), request::setFragment);
		if (request.getCookies() != null) {
			request.setCookies(Redactor.MASK);
		}
		if (request.getHeaders() != null) {
			request.setHeaders(texts(request.getHeaders()));
		}
		if (request.getEnvs() != null) {
			request.setEnvs(texts(request.getEnvs()));
		}
		if (request.getOthers() != null) {
			request.setOthers(texts(request.getOthers()));
		}
		request.setData(value("", request.getData()));
	}

	// The name is deprecated, but is sent if the application sets it
	@SuppressWarnings("deprecation")
	private void redact(@Nullable User user) {
		if (user == null) {
			return;
		}
		replace(user.getId(), user::setId);
		replace(user.getName(), user::setName);
		replace(user.getUsername(), user::setUsername);
		replace(user.getEmail(), user::setEmail);
		if (user.getData() != null) {
			user.setData(texts(user.getData()));
		}
	}

	private void redactBreadcrumbs(@Nullable List<Breadcrumb> breadcrumbs) {
		if (breadcrumbs == null) {
			return;
		}
		for (Breadcrumb breadcrumb : breadcrumbs) {
			replace(breadcrumb.getMessage(), breadcrumb::setMessage);
			copy(breadcrumb.getData()).forEach(breadcrumb::setData);
		}
	}

	private void redactContexts(SentryBaseEvent event) {
		for (Map.Entry<String, Object> context : new ArrayList<>(event.getContexts().entrySet())) {
			Object content = context.getValue();
			if (content instanceof Response response) {
				redact(response);
			}
			else if (content instanceof SpanContext span) {
				replace(span.getDescription(), span::setDescription);
				texts(span.getTags()).forEach(span::setTag);
				copy(span.getData()).forEach(span::setData);
			}
			else {
				Object redacted = value(context.getKey(), content);
				// A context has to be an object
				event.getContexts()
					.put(context.getKey(), (redacted instanceof String text) ? Map.of("value", text) : redacted);
			}
		}
	}

	private void redact(Response response) {
		if (response.getCookies() != null) {
			response.setCookies(Redactor.MASK);
		}
		if (response.getHeaders() != null) {
			response.setHeaders(texts(response.getHeaders()));
		}
		response.setData(value("", response.getData()));
	}

	private void replace(@Nullable String text, Consumer<String> setter) {
		if (text != null) {
			setter.accept(this.redactor.redact(text));
		}
	}

	private void replaceAll(@Nullable List<String> texts, Consumer<List<String>> setter) {
		if (texts != null) {
			setter.accept(new ArrayList<>(texts.stream().map((text) -> text("", text)).toList()));
		}
	}

	private Map<String, String> texts(Map<String, String> texts) {
		Map<String, String> redacted = new HashMap<>();
		texts.forEach((name, text) -> redacted.put(name, text(name, text)));
		return redacted;
	}

	private Map<String, Object> copy(Map<?, ?> values) {
		Map<String, @Nullable Object> redacted = new LinkedHashMap<>();
		values.forEach((name, value) -> redacted.put(String.valueOf(name), value(String.valueOf(name), value)));
		return redacted;
	}

	private @Nullable Object value(String name, @Nullable Object value) {
		if (value == null || value instanceof Boolean) {
			return value;
		}
		if (this.redactor.isSensitive(name)) {
			return Redactor.MASK;
		}
		if (value instanceof CharSequence || value instanceof Number) {
			String text = value.toString();
			String redacted = this.redactor.redact(text);
			return redacted.equals(text) ? value : redacted;
		}
		if (value instanceof Map<?, ?> map) {
			return copy(map);
		}
		if (value instanceof Collection<?> values) {
			return values.stream().map((element) -> value("", element)).toList();
		}
		if (value instanceof Object[] values) {
			return Arrays.stream(values).map((element) -> value("", element)).toList();
		}
		return isHarmless(value) ? value : this.redactor.redact(value.toString());
	}

	/** Sentry's client would write other objects field by field, without redaction. */
	private static boolean isHarmless(Object value) {
		Class<?> type = value.getClass();
		return type.isArray() || value instanceof Enum || value instanceof Date || value instanceof Calendar
				|| value instanceof TimeZone || type.getName().startsWith("io.sentry.");
	}

	private String text(String name, @Nullable String text) {
		String value = (text != null) ? text : "";
		return this.redactor.isSensitive(name) ? Redactor.MASK : this.redactor.redact(value);
	}

}
