package dev.cairn.spring.web.request;

import java.io.IOException;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Makes Tomcat's state of the connection available to the facts of a request. If the
 * client has disconnected, only those bytes count that the connection has accepted. Used
 * instead of a listener, for which Tomcat creates an event for each attribute.
 */
final class TomcatConnection extends ValveBase {

	private static final String SENDFILE = "org.apache.tomcat.sendfile.";

	private final RequestFilter.Listener listener;

	TomcatConnection(RequestFilter.Listener listener) {
		super(true);
		this.listener = listener;
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		request.setAttribute(ServletConnection.ATTRIBUTE, new ServletConnection() {

			@Override
			public long responseBytes() {
				return count(request, response);
			}

			@Override
			public boolean isBroken() {
				return TomcatConnection.isBroken(response);
			}

		});
		this.listener.initialized(request.getRequest());
		try {
			getNext().invoke(request, response);
		}
		finally {
			this.listener.destroyed(request.getRequest());
		}
	}

	/** Tomcat records what writing to the client fails with. */
	private static boolean isBroken(Response response) {
		return response.getCoyoteResponse().isExceptionPresent();
	}

	/** The body of a response with an error status is written by the error page. */
	private static long count(Request request, Response response) {
		if (isBroken(response)) {
			return response.getBytesWritten(false);
		}
		if (response.isError()) {
			return RequestFacts.UNKNOWN_BYTES;
		}
		return (request.getAttribute(SENDFILE + "start") instanceof Long start
				&& request.getAttribute(SENDFILE + "end") instanceof Long end) ? end - start
						: response.getContentWritten();
	}

}
