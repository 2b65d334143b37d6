package dev.cairn.collector;

import java.io.IOException;
import java.util.function.Function;

import dev.cairn.collector.BeaconFiles.BeaconRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.HttpRequestHandler;

/**
 * A file of the beacon on Spring MVC.
 *
 * @param file answers the requests
 */
record ServletBeacon(Function<BeaconRequest, Answer> file) implements HttpRequestHandler {

	@Override
	public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
		Answer answer = this.file.apply(new BeaconRequest(request.getMethod(), request.getQueryString(),
				request.getHeader("If-None-Match"), request.getHeader("Accept-Encoding")));
		response.setStatus(answer.status());
		answer.headers().forEach(response::setHeader);
		if (answer.status() != HttpServletResponse.SC_NOT_MODIFIED) {
			response.setContentLength(answer.body().length);
		}
		if (!"HEAD".equals(request.getMethod())) {
			response.getOutputStream().write(answer.body());
		}
	}

}
