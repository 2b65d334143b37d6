package dev.cairn.spring.web.request;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Makes Jetty's state of the connection available to the facts of a request. Jetty calls
 * the listeners of the end of a request before it dispatches to the error page. Therefore
 * those requests end when Jetty has completed them.
 */
final class JettyConnection extends Handler.Wrapper {

	private final RequestFilter.Listener listener;

	private JettyConnection(RequestFilter.Listener listener) {
		this.listener = listener;
	}

	/** Comes before the servlets, and after all that wraps their context. */
	static void addTo(Server server, RequestFilter.Listener listener) {
		server.getDescendants(ServletContextHandler.class)
			.forEach((context) -> context.insertHandler(new JettyConnection(listener)));
	}

	@Override
	public boolean handle(Request request, Response response, Callback callback) throws Exception {
		ServletContextRequest context = Request.asInContext(request, ServletContextRequest.class);
		if (context == null) {
			return super.handle(request, response, callback);
		}
		HttpServletRequest servletRequest = context.getServletApiRequest();
		WatchedResponse watched = new WatchedResponse(context, response,
				() -> this.listener.beforeCommit(servletRequest));
		request.addFailureListener(watched::failed);
		request.setAttribute(ServletConnection.ATTRIBUTE, watched);
		this.listener.initialized(servletRequest);
		return super.handle(request, watched, Callback.from(() -> this.listener.completed(servletRequest), callback));
	}

	/**
	 * Counts what the connection accepts, and notes that it has failed.
	 */
	private static final class WatchedResponse extends Response.Wrapper implements ServletConnection {

		private final ServletContextRequest request;

		private final Runnable beforeCommit;

		private final AtomicLong accepted = new AtomicLong();

		private volatile boolean broken;

		WatchedResponse(ServletContextRequest request, Response response, Runnable beforeCommit) {
			super(request, response);
			this.request = request;
			this.beforeCommit = beforeCommit;
		}

		@Override
		public void write(boolean last, @Nullable ByteBuffer content, Callback callback) {
			if (!isCommitted()) {
				this.beforeCommit.run();
			}
			int length = (content != null) ? content.remaining() : 0;
			super.write(last, content, Callback.from(callback.getInvocationType(), () -> {
				this.accepted.addAndGet(length);
				callback.succeeded();
			}, (failure) -> {
				failed(failure);
				callback.failed(failure);
			}));
		}

		/** Writing also fails if the application breaks the rules of HTTP. */
		private void failed(Throwable failure) {
			if (DisconnectedClientHelper.isClientDisconnectedException(failure)) {
				this.broken = true;
			}
		}

		@Override
		public long responseBytes() {
			if (this.broken) {
				return this.accepted.get();
			}
			return isErrorPageToCome(false) ? RequestFacts.UNKNOWN_BYTES : this.request.getHttpOutput().getWritten();
		}

		@Override
		public boolean isBroken() {
			return this.broken;
		}

		@Override
		public boolean isErrorPageToCome(boolean thrown) {
			return thrown || this.request.getAttribute(ErrorHandler.ERROR_STATUS) != null;
		}

	}

}
