package dev.cairn.spring.web.error;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.web.servlet.View;

/**
 * Boot's whitelabel error page, with the ids. An {@code error} view of the application
 * finds both in its model.
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
		response.getWriter()
			.append(WhitelabelErrorPage.html(
					"This application has no explicit mapping for /error, so you are seeing this as a fallback.", "",
					model));
	}

}
