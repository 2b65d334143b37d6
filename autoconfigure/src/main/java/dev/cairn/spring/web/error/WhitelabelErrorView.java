package dev.cairn.spring.web.error;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.web.servlet.View;
import org.springframework.web.util.HtmlUtils;

/**
 * Boot's whitelabel error page, with the id of the error and of its trace, so that a user
 * can quote them. An {@code error} view of the application finds both in its model.
 */
final class WhitelabelErrorView implements View {

	private static final MediaType TEXT_HTML_UTF8 = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);

	@Override
	public String getContentType() {
		return MediaType.TEXT_HTML_VALUE;
	}

	@Override
	public void render(@Nullable Map<String, ?> model, HttpServletRequest request, HttpServletResponse response)
			throws Exception {
		if (model == null || response.isCommitted()) {
			return;
		}
		response.setContentType(TEXT_HTML_UTF8.toString());
		response.getWriter().append(page(model));
	}

	private static String page(Map<String, ?> model) {
		return """
				<html><body><h1>Whitelabel Error Page</h1>\
				<p>This application has no explicit mapping for /error, so you are seeing this as a fallback.</p>\
				<div id='created'>%s</div>\
				<div>There was an unexpected error (type=%s, status=%s).</div>%s%s%s%s</body></html>""".formatted(
				escaped(model.get("timestamp")), escaped(model.get("error")), escaped(model.get("status")),
				div("<div>", model.get("message")), div("<div style='white-space:pre-wrap;'>", model.get("trace")),
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
