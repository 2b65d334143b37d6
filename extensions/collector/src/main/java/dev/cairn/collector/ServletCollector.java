package dev.cairn.collector;

import java.io.IOException;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.HttpRequestHandler;

/**
 * The collector on Spring MVC. The converters and error pages of the application have no
 * part in it.
 */
final class ServletCollector implements HttpRequestHandler {

	private final Collector collector;

	ServletCollector(Collector collector) {
		this.collector = collector;
	}

	@Override
	public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
		Answer answer = answer(request);
		response.setStatus(answer.status());
		answer.headers().forEach(response::setHeader);
		response.setContentLength(answer.body().length);
		response.getOutputStream().write(answer.body());
	}

	private Answer answer(HttpServletRequest request) throws IOException {
		CollectorRequest facts = read(request);
		Answer preflight = this.collector.preflight(facts);
		if (preflight != null) {
			return preflight;
		}
		try (Admission admission = this.collector.admit(facts)) {
			return answer(admission, request);
		}
		catch (RefusedException ex) {
			return Answer.refused(ex);
		}
	}

	/** Waits for the disk, if messages have to be there. */
	private Answer answer(Admission admission, HttpServletRequest request) throws IOException {
		try {
			return this.collector.receive(admission, this.collector.body().read(request.getInputStream())).join();
		}
		catch (RefusedException ex) {
			return this.collector.refuse(admission, ex);
		}
	}

	private static CollectorRequest read(HttpServletRequest request) {
		Map<String, String> headers = new HashMap<>();
		Enumeration<String> names = request.getHeaderNames();
		while (names.hasMoreElements()) {
			String name = names.nextElement();
			headers.put(name.toLowerCase(Locale.ROOT), request.getHeader(name));
		}
		return new CollectorRequest(request.getMethod(), request.getQueryString(), request.getRemoteAddr(), headers);
	}

}
