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
import java.util.function.UnaryOperator;

import dev.cairn.redaction.Redactor;
import io.sentry.SentryBaseEvent;
import io.sentry.SentryEvent;
import io.sentry.SpanContext;
import io.sentry.protocol.Message;
import io.sentry.protocol.Request;
import io.sentry.protocol.Response;
import io.sentry.protocol.SentryStackTrace;
import io.sentry.protocol.SentryTransaction;
import io.sentry.protocol.User;
import org.jspecify.annotations.Nullable;

/**
 * Redacts the events and transactions that Sentry's client sends. Thread-safe.
 */
final class EventRedaction {

	private final Redactor redactor;

	EventRedaction(Redactor redactor) {
		this.redactor = redactor;
	}

	void redact(SentryEvent event) {
		redactBase(event);
		redact(event.getMessage());
		each(event.getExceptions(), (exception) -> {
			text(exception.getValue(), exception::setValue);
			redact(exception.getStacktrace());
		});
		each(event.getThreads(), (thread) -> redact(thread.getStacktrace()));
		text(event.getTransaction(), event::setTransaction);
		list(event.getFingerprints(), event::setFingerprints);
	}

	void redact(SentryTransaction transaction) {
		redactBase(transaction);
		each(transaction.getSpans(), (span) -> {
			values(span.getData(), span::setData);
			span.getTags().replaceAll(this::redacted);
		});
	}

	private void redactBase(SentryBaseEvent event) {
		redact(event.getRequest());
		redact(event.getUser());
		each(event.getBreadcrumbs(), (breadcrumb) -> {
			text(breadcrumb.getMessage(), breadcrumb::setMessage);
			values(breadcrumb.getData(), (data) -> data.forEach(breadcrumb::setData));
		});
		new ArrayList<>(event.getContexts().entrySet())
			.forEach((context) -> redactContext(event, context.getKey(), context.getValue()));
		texts(event.getTags(), event::setTags);
		values(event.getExtras(), event::setExtras);
	}

	private void redact(@Nullable Message message) {
		if (message != null) {
			text(message.getFormatted(), message::setFormatted);
			text(message.getMessage(), message::setMessage);
			list(message.getParams(), message::setParams);
		}
	}

	private void redact(@Nullable SentryStackTrace trace) {
		if (trace != null) {
			each(trace.getFrames(), (frame) -> values(frame.getVars(), frame::setVars));
		}
	}

	private void redact(@Nullable Request request) {
		if (request != null) {
			text(request.getUrl(), request::setUrl);
			text(request.getQueryString(), request::setQueryString);
			text(request.getFragment(), request::setFragment);
			set(request.getCookies(), (cookies) -> Redactor.MASK, request::setCookies);
			texts(request.getHeaders(), request::setHeaders);
			texts(request.getEnvs(), request::setEnvs);
			texts(request.getOthers(), request::setOthers);
			request.setData(value("", request.getData()));
		}
	}

	// The name is deprecated, but is sent if the application sets it
	@SuppressWarnings("deprecation")
	private void redact(@Nullable User user) {
		if (user != null) {
			text(user.getId(), user::setId);
			text(user.getName(), user::setName);
			text(user.getUsername(), user::setUsername);
			text(user.getEmail(), user::setEmail);
			texts(user.getData(), user::setData);
		}
	}

	private void redactContext(SentryBaseEvent event, String name, Object context) {
		if (context instanceof Response response) {
			set(response.getCookies(), (cookies) -> Redactor.MASK, response::setCookies);
			texts(response.getHeaders(), response::setHeaders);
			response.setData(value("", response.getData()));
		}
		else if (context instanceof SpanContext span) {
			text(span.getDescription(), span::setDescription);
			texts(span.getTags(), (tags) -> tags.forEach(span::setTag));
			values(span.getData(), (data) -> data.forEach(span::setData));
		}
		else {
			Object redacted = value(name, context);
			// A context has to be an object
			event.getContexts().put(name, (redacted instanceof String text) ? Map.of("value", text) : redacted);
		}
	}

	private static <T> void each(@Nullable List<T> values, Consumer<T> redaction) {
		if (values != null) {
			values.forEach(redaction);
		}
	}

	private static <T> void set(@Nullable T value, UnaryOperator<T> redaction, Consumer<T> setter) {
		if (value != null) {
			setter.accept(redaction.apply(value));
		}
	}

	private void text(@Nullable String text, Consumer<String> setter) {
		set(text, this.redactor::redact, setter);
	}

	private void list(@Nullable List<String> texts, Consumer<List<String>> setter) {
		set(texts, (all) -> new ArrayList<>(all.stream().map((text) -> redacted("", text)).toList()), setter);
	}

	private void texts(@Nullable Map<String, String> texts, Consumer<Map<String, String>> setter) {
		set(texts, (all) -> {
			Map<String, String> redacted = new HashMap<>();
			all.forEach((name, text) -> redacted.put(this.redactor.redact(name), redacted(name, text)));
			return redacted;
		}, setter);
	}

	private void values(@Nullable Map<String, Object> values, Consumer<Map<String, Object>> setter) {
		set(values, this::copy, setter);
	}

	private Map<String, Object> copy(Map<?, ?> values) {
		Map<String, @Nullable Object> redacted = new LinkedHashMap<>();
		values.forEach((name, value) -> redacted.put(this.redactor.redact(String.valueOf(name)),
				value(String.valueOf(name), value)));
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
			String redacted = this.redactor.redact(name, text);
			return redacted.equals(text) ? value : redacted;
		}
		if (value instanceof Map<?, ?> map) {
			return copy(map);
		}
		if (value instanceof Collection<?> || value instanceof Object[]) {
			Collection<?> values = (value instanceof Object[] array) ? Arrays.asList(array) : (Collection<?>) value;
			return values.stream().map((element) -> value(name, element)).toList();
		}
		if (value instanceof char[] characters) {
			return this.redactor.redact(name, new String(characters));
		}
		return isHarmless(value) ? value : this.redactor.redact(value.toString());
	}

	/** Sentry's client would write other objects field by field, without redaction. */
	private static boolean isHarmless(Object value) {
		Class<?> type = value.getClass();
		return type.isArray() || value instanceof Enum || value instanceof Date || value instanceof Calendar
				|| value instanceof TimeZone || type.getName().startsWith("io.sentry.");
	}

	private String redacted(String name, @Nullable String text) {
		return this.redactor.redact(name, (text != null) ? text : "");
	}

}
