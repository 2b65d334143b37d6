package dev.cairn.spring.web.error;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.web.util.HtmlUtils;

/**
 * The text of Boot's whitelabel error page, with the id of the error and of its trace, so
 * that a user can quote them.
 */
final class WhitelabelErrorPage {

	private WhitelabelErrorPage() {
	}

	static String html(String reason, String request, Map<String, ? extends @Nullable Object> model) {
		return """
				<html><body><h1>Whitelabel Error Page</h1>\
				<p>%s</p>\
				<div id='created'>%s</div>\
				<div>%sThere was an unexpected error (type=%s, status=%s).</div>%s%s%s%s</body></html>""".formatted(
				reason, escaped(model.get("timestamp")), escaped(request), escaped(model.get("error")),
				escaped(model.get("status")), div("<div>", model.get("message")),
				div("<div style='white-space:pre-wrap;'>", model.get("trace")),
				div("<div>Error id: ", model.get(CairnErrorAttributes.ERROR_ID)),
				div("<div>Trace id: ", model.get(CairnErrorAttributes.TRACE_ID)));
	}

	private static String div(String start, @Nullable Object value) {
		return (value != null) ? start + escaped(value) + "</div>" : "";
	}

	private static @Nullable String escaped(@Nullable Object value) {
		return (value != null) ? HtmlUtils.htmlEscape(value.toString()) : null;
	}

}
