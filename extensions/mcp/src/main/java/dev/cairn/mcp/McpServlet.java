package dev.cairn.mcp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Refuses the requests of others, and creates the server when the first request comes.
 */
final class McpServlet extends HttpServlet {

	private static final long serialVersionUID = 1L;

	private final transient Access access;

	private final transient Supplier<HttpServlet> factory;

	private transient @Nullable HttpServlet transport;

	McpServlet(Access access, Supplier<HttpServlet> factory) {
		this.access = access;
		this.factory = factory;
	}

	/** Called once, before the first request. */
	@Override
	public void init() throws ServletException {
		HttpServlet created = this.factory.get();
		created.init(getServletConfig());
		this.transport = created;
	}

	@Override
	protected void service(HttpServletRequest request, HttpServletResponse response)
			throws ServletException, IOException {
		HttpServlet delegate = this.transport;
		if (!this.access.accepts(request) || delegate == null) {
			response.setStatus(HttpServletResponse.SC_FORBIDDEN);
			response.setContentType("text/plain");
			response.setCharacterEncoding(StandardCharsets.UTF_8.name());
			response.getWriter().write(Access.REFUSAL);
			return;
		}
		delegate.service(request, response);
	}

	@Override
	public void destroy() {
		if (this.transport != null) {
			this.transport.destroy();
		}
	}

}
