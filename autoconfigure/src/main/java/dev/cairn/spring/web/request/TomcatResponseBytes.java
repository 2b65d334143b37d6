package dev.cairn.spring.web.request;

import java.io.IOException;
import java.util.function.LongSupplier;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Leaves Tomcat's own count of the bytes of the response with each request. It counts
 * what the application wrote: bytes of a stream, and characters of a writer, which are
 * encoded only later.
 */
public final class TomcatResponseBytes extends ValveBase {

	private static final String SENDFILE = "org.apache.tomcat.sendfile.";

	/**
	 * Create a valve.
	 */
	public TomcatResponseBytes() {
		super(true);
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		request.setAttribute(TransferredBytes.COUNTER, (LongSupplier) () -> count(request, response));
		getNext().invoke(request, response);
	}

	/** The body of an error that was only signalled follows from the error page. */
	private static long count(Request request, Response response) {
		if (response.isError()) {
			return -1;
		}
		return (request.getAttribute(SENDFILE + "start") instanceof Long start
				&& request.getAttribute(SENDFILE + "end") instanceof Long end) ? end - start
						: response.getContentWritten();
	}

}
