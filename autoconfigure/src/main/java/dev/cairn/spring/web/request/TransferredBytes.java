package dev.cairn.spring.web.request;

import java.util.function.LongSupplier;

import dev.cairn.Event;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Adds the sizes of the bodies: of the request as it was announced, of the response as
 * the server has counted it, before it is compressed, or else as it was announced.
 * Neither is wrapped.
 */
public final class TransferredBytes implements RequestMessageCustomizer {

	/** Where a server leaves what counts the body of the response. */
	static final String COUNTER = TransferredBytes.class.getName() + ".COUNTER";

	private static final long UNKNOWN = -1;

	@Override
	public void customize(Event message, HttpServletRequest request, HttpServletResponse response) {
		long received = request.getContentLengthLong();
		if (received >= 0) {
			message.field("request_bytes", received);
		}
		Exchange exchange = Exchange.of(request);
		boolean errorPageFollows = exchange != null && exchange.isAnsweredByContainer();
		long sent = errorPageFollows ? UNKNOWN : sent(request, response);
		if (sent >= 0) {
			message.field("response_bytes", sent);
		}
	}

	private static long sent(HttpServletRequest request, HttpServletResponse response) {
		if (request.getAttribute(COUNTER) instanceof LongSupplier counter) {
			return counter.getAsLong();
		}
		String announced = response.getHeader("Content-Length");
		return (announced != null) ? Long.parseLong(announced) : UNKNOWN;
	}

}
