package dev.cairn.sink.sentry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.Redactor;
import io.sentry.Breadcrumb;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.SentryEvent;
import io.sentry.protocol.Message;
import io.sentry.protocol.Request;
import io.sentry.protocol.SentryException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps secrets out of what leaves for Sentry, whoever captured it: messages, exceptions,
 * request, tags, extras and breadcrumbs. Runs after Sentry's own processors have filled
 * the event in. Thread-safe.
 */
public final class RedactingEventProcessor implements EventProcessor {

	private final Redactor redactor;

	/**
	 * Create a processor.
	 * @param redactor knows the secrets
	 */
	public RedactingEventProcessor(Redactor redactor) {
		this.redactor = redactor;
	}

	@Override
	public @Nullable SentryEvent process(SentryEvent event, Hint hint) {
		redact(event.getMessage());
		redact(event.getExceptions());
		redact(event.getRequest());
		redactTags(event);
		redactBreadcrumbs(event.getBreadcrumbs());
		return event;
	}

	private void redact(@Nullable Message message) {
		if (message != null) {
			message.setFormatted(text(message.getFormatted()));
			message.setMessage(text(message.getMessage()));
			List<String> params = message.getParams();
			if (params != null) {
				message.setParams(params.stream().map(this::text).toList());
			}
		}
	}

	private void redact(@Nullable List<SentryException> exceptions) {
		if (exceptions != null) {
			exceptions.forEach((exception) -> exception.setValue(text(exception.getValue())));
		}
	}

	private void redact(@Nullable Request request) {
		if (request == null) {
			return;
		}
		request.setUrl(text(request.getUrl()));
		request.setQueryString(text(request.getQueryString()));
		if (request.getCookies() != null) {
			request.setCookies(Redactor.MASK);
		}
		Map<String, String> headers = request.getHeaders();
		if (headers != null) {
			Map<String, String> redacted = new HashMap<>();
			headers.forEach((name, value) -> redacted.put(name, value(name, value)));
			request.setHeaders(redacted);
		}
		if (request.getData() instanceof String data) {
			request.setData(text(data));
		}
	}

	private void redactTags(SentryEvent event) {
		Map<String, String> tags = event.getTags();
		if (tags != null) {
			new HashMap<>(tags).forEach((name, value) -> event.setTag(name, value(name, value)));
		}
	}

	private void redactBreadcrumbs(@Nullable List<Breadcrumb> breadcrumbs) {
		if (breadcrumbs == null) {
			return;
		}
		for (Breadcrumb breadcrumb : breadcrumbs) {
			breadcrumb.setMessage(text(breadcrumb.getMessage()));
			new HashMap<>(breadcrumb.getData()).forEach((name, value) -> {
				if (value instanceof String string) {
					breadcrumb.setData(name, value(name, string));
				}
			});
		}
	}

	private String value(String name, @Nullable String value) {
		String text = (value != null) ? value : "";
		return this.redactor.isSensitive(name) ? Redactor.MASK : this.redactor.redact(text);
	}

	private @Nullable String text(@Nullable String value) {
		return (value != null) ? this.redactor.redact(value) : null;
	}

}
