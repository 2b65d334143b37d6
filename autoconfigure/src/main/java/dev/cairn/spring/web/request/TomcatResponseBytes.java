package dev.cairn.spring.web.request;

import java.io.IOException;
import java.util.function.LongSupplier;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Makes Tomcat's count of the bytes of the response available to the facts of a request.
 * Tomcat counts the bytes that are written to the stream, and the characters that are
 * written to the writer.
 */
final class TomcatResponseBytes extends ValveBase {

	private static final String SENDFILE = "org.apache.tomcat.sendfile.";

	TomcatResponseBytes() {
		super(true);
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		request.setAttribute(ServletRequestFacts.BYTE_COUNTER, (LongSupplier) () -> count(request, response));
		getNext().invoke(request, response);
	}

	/** The body of a response with an error status is written by the error page. */
	private static long count(Request request, Response response) {
		if (response.isError()) {
			return RequestFacts.UNKNOWN_BYTES;
		}
		return (request.getAttribute(SENDFILE + "start") instanceof Long start
				&& request.getAttribute(SENDFILE + "end") instanceof Long end) ? end - start
						: response.getContentWritten();
	}

}
