package dev.cairn.collector;

import java.io.IOException;

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
		CollectorRequest facts = new CollectorRequest(request.getMethod(), request.getQueryString(),
				request.getRemoteAddr(), request::getHeader);
		try {
			CollectorKey key = this.collector.admit(facts);
			byte[] body = request.getInputStream().readNBytes(this.collector.maxBody() + 1);
			return this.collector.receive(facts, key, body);
		}
		catch (RefusedException ex) {
			return Answer.refused(ex);
		}
	}

}
