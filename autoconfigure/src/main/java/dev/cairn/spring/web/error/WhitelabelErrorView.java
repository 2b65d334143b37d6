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
		StringBuilder page = new StringBuilder("<html><body><h1>Whitelabel Error Page</h1>")
			.append("<p>This application has no explicit mapping for /error, so you are seeing this as a fallback.</p>")
			.append("<div id='created'>")
			.append(escaped(model.get("timestamp")))
			.append("</div><div>There was an unexpected error (type=")
			.append(escaped(model.get("error")))
			.append(", status=")
			.append(escaped(model.get("status")))
			.append(").</div>");
		append(page, "<div>", model.get("message"));
		append(page, "<div style='white-space:pre-wrap;'>", model.get("trace"));
		append(page, "<div>Error id: ", model.get(RequestFailure.PROPERTY));
		append(page, "<div>Trace id: ", model.get(CairnErrorAttributes.TRACE_ID));
		return page.append("</body></html>").toString();
	}

	private static void append(StringBuilder page, String start, @Nullable Object value) {
		if (value != null) {
			page.append(start).append(escaped(value)).append("</div>");
		}
	}

	private static @Nullable String escaped(@Nullable Object value) {
		return (value != null) ? HtmlUtils.htmlEscape(value.toString()) : null;
	}

}
