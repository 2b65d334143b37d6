package dev.cairn.spring.web.error;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.servlet.View;
import org.springframework.web.util.HtmlUtils;

/**
 * Writes the id of the error and of its trace onto Boot's own error page, the white
 * label, so that whoever looks at it has something to quote. An {@code error} view of the
 * application is left alone: it finds both in the model.
 */
public final class WhitelabelErrorId implements BeanPostProcessor {

	private static final String WHITELABEL = "org.springframework.boot.webmvc.autoconfigure.error."
			+ "ErrorMvcAutoConfiguration$StaticView";

	private static final String END = "</body>";

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return (bean instanceof View view && view.getClass().getName().equals(WHITELABEL)) ? new PageWithIds(view)
				: bean;
	}

	private static String withIds(String page, Map<String, ?> model) {
		int end = page.lastIndexOf(END);
		if (end < 0) {
			return page;
		}
		return page.substring(0, end) + line("Error id", model.get(RequestError.PROPERTY))
				+ line("Trace id", model.get(ErrorIdAttributes.TRACE_ID)) + page.substring(end);
	}

	private static String line(String label, @Nullable Object id) {
		return (id != null) ? "<div>" + label + ": " + HtmlUtils.htmlEscape(id.toString()) + "</div>" : "";
	}

	private static final class PageWithIds implements View {

		private final View page;

		PageWithIds(View page) {
			this.page = page;
		}

		@Override
		public @Nullable String getContentType() {
			return this.page.getContentType();
		}

		@Override
		public void render(@Nullable Map<String, ?> model, HttpServletRequest request, HttpServletResponse response)
				throws Exception {
			if (model == null || model.get(RequestError.PROPERTY) == null || response.isCommitted()) {
				this.page.render(model, request, response);
				return;
			}
			HeldPage held = new HeldPage(response);
			this.page.render(model, request, held);
			held.write(model);
		}

	}

	/** The page goes out when it is complete. */
	private static final class HeldPage extends HttpServletResponseWrapper {

		private final StringWriter text = new StringWriter();

		private final PrintWriter writer = new PrintWriter(this.text);

		HeldPage(HttpServletResponse response) {
			super(response);
		}

		@Override
		public PrintWriter getWriter() {
			return this.writer;
		}

		void write(Map<String, ?> model) throws IOException {
			this.writer.flush();
			getResponse().getWriter().append(withIds(this.text.toString(), model));
		}

	}

}
