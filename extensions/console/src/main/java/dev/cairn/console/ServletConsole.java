package dev.cairn.console;

import java.io.IOException;
import java.io.OutputStream;
import java.security.Principal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.internal.Threads;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.util.ClassUtils;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * The console on Spring MVC. The converters, filters of answers and error pages of the
 * application have no part in it. Each stream has a thread, because a client that does
 * not read blocks it.
 */
final class ServletConsole implements HttpRequestHandler {

	private static final boolean SECURITY = ClassUtils.isPresent("org.springframework.security.web.csrf.CsrfToken",
			ServletConsole.class.getClassLoader());

	private static final int NOT_MODIFIED = 304;

	private final ConsoleApi api;

	private final Streams streams;

	private final String path;

	/**
	 * Creates a console.
	 * @param api answers the requests
	 * @param streams the streams that are open
	 * @param path the path of the endpoint within the application
	 */
	ServletConsole(ConsoleApi api, Streams streams, String path) {
		this.api = api;
		this.streams = streams;
		this.path = path;
	}

	@Override
	public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
		String full = ServletRequestPathUtils.getParsedRequestPath(request).pathWithinApplication().value();
		String below = full.substring(Math.min(this.path.length(), full.length()));
		ConsoleRequest read = read(request, below);
		if (below.isEmpty() && read.isRead()) {
			write(Answer.redirect(this.path.substring(this.path.lastIndexOf('/') + 1) + "/"), request, response);
		}
		else if (below.equals(ConsoleRequest.STREAM) && read.isHead()) {
			EventStream.HEADERS.forEach(response::setHeader);
		}
		else if (below.equals(ConsoleRequest.STREAM) && read.isRead()) {
			stream(request, response);
		}
		else {
			write(this.api.answer(read), request, response);
		}
	}

	private static ConsoleRequest read(HttpServletRequest request, String below) {
		Map<String, List<String>> parameters = new LinkedHashMap<>();
		// Those of a form would be read from the body
		if ("GET".equals(request.getMethod()) || "HEAD".equals(request.getMethod())) {
			request.getParameterMap().forEach((name, values) -> parameters.put(name, List.of(values)));
		}
		Principal user = request.getUserPrincipal();
		return new ConsoleRequest(request.getMethod(), below, parameters, request.getHeader("If-None-Match"),
				(user != null) ? user.getName() : null, () -> SECURITY ? Security.csrf(request) : null);
	}

	private static void write(Answer answer, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		response.setStatus(answer.status());
		answer.headers().forEach(response::setHeader);
		if (answer.status() != NOT_MODIFIED) {
			response.setContentLength(answer.body().length);
		}
		if (!"HEAD".equals(request.getMethod())) {
			response.getOutputStream().write(answer.body());
		}
	}

	private void stream(HttpServletRequest request, HttpServletResponse response) throws IOException {
		Streams.Stream stream = request.isAsyncSupported() ? this.streams.open() : null;
		if (stream == null) {
			write(EventStream.NO_ROOM, request, response);
			return;
		}
		try {
			AsyncContext async = request.startAsync();
			// The writer ends it before that
			async.setTimeout(Streams.LONGEST.plus(Duration.ofMinutes(1)).toMillis());
			async.addListener(new Ending(stream));
			EventStream.HEADERS.forEach(response::setHeader);
			Threads.daemon(() -> run(stream, async), "cairn-console-stream").start();
		}
		catch (RuntimeException | Error ex) {
			stream.close();
			throw ex;
		}
	}

	/** If a client has gone, the container ends the request. */
	private void run(Streams.Stream stream, AsyncContext async) {
		try {
			EventStream events = new EventStream(this.api::live);
			OutputStream out = async.getResponse().getOutputStream();
			do {
				out.write(events.next());
				out.flush();
			}
			while (stream.awaitNext(EventStream.PAUSE) && !events.isOver());
			out.write(EventStream.BYE);
			out.flush();
			complete(async);
		}
		catch (IOException ex) {
			// The client has gone
		}
		catch (RuntimeException ex) {
			complete(async);
		}
		finally {
			stream.close();
		}
	}

	private static void complete(AsyncContext async) {
		try {
			async.complete();
		}
		catch (IllegalStateException ex) {
			// The container has ended the request
		}
	}

	private record Ending(Streams.Stream stream) implements AsyncListener {

		@Override
		public void onComplete(AsyncEvent event) {
			this.stream.end();
		}

		@Override
		public void onTimeout(AsyncEvent event) {
			this.stream.end();
			event.getAsyncContext().complete();
		}

		@Override
		public void onError(AsyncEvent event) {
			this.stream.end();
			event.getAsyncContext().complete();
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
		}

	}

	/** Loaded only with Spring Security. */
	private static final class Security {

		static ConsoleRequest.@Nullable Csrf csrf(HttpServletRequest request) {
			return (request.getAttribute(CsrfToken.class.getName()) instanceof CsrfToken token)
					? new ConsoleRequest.Csrf(token.getHeaderName(), token.getToken()) : null;
		}

	}

}
