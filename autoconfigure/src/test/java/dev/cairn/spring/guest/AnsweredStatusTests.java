package dev.cairn.spring.guest;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.delivery.MemorySink;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.test.TestServers;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.error.ErrorAttributeOptions;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.error.ErrorAttributes;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.View;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the status that was really sent decides on the failures of a request, also
 * where an error page changes it, or a failure was logged before.
 */
@ParameterizedClass
@ValueSource(strings = { TestServers.TOMCAT, TestServers.JETTY })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnsweredStatusTests {

	@Parameter
	private String server;

	private RunningApplication application;

	@BeforeParameterizedClassInvocation
	void start() {
		this.application = RunningApplication.start(AnsweringApplication.class, this.server);
	}

	@BeforeEach
	void forget() {
		fence();
		this.application.bean(MemorySink.class).clear();
	}

	@AfterParameterizedClassInvocation
	void stop() {
		this.application.close();
	}

	@ParameterizedTest
	@CsvSource({ "/400/thrown, application/json", "/400/thrown, text/html", "/400/status, application/json",
			"/400/status, text/html", "/400/logged, application/json", "/400/logged, text/html",
			"/400/attributes, application/json", "/400/early, application/json", "/400/early, text/html",
			"/400/filter, application/json", "/400/callable, application/json", "/400/unavailable, text/html" })
	void anErrorPageThatAnswersWithAnErrorOfTheCallerIsNoFailure(String path, String type) {
		HttpResponse<String> response = this.application.get(path, "Accept", type);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).contains("own").doesNotContain("errorId");
		assertThat(response.headers().firstValue("X-Error-Id")).isEmpty();
		assertThat(request().fields()).containsEntry("status", 400)
			.containsEntry("outcome", "CLIENT_ERROR")
			.doesNotContainKey("error_id");
		assertNoFailure();
	}

	@ParameterizedTest
	@CsvSource({ "/500/thrown, application/json", "/500/thrown, text/html", "/500/status, application/json",
			"/500/logged, application/json", "/500/attributes, application/json", "/500/early, text/html",
			"/500/filter, application/json", "/500/callable, application/json", "/503/unavailable, text/html",
			"/503/thrown, application/json" })
	void anErrorPageThatAnswersWithAnErrorOfTheServerIsOneFailure(String path, String type) {
		HttpResponse<String> response = this.application.get(path, "Accept", type);
		assertThat(response.statusCode()).isEqualTo(Integer.parseInt(path.substring(1, 4)));
		assertOneFailure(response);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/500/denied", "/500/denied-403", "/500/denied-status", "/500/denied/early" })
	void anErrorPageThatIsDeniedHidesNoFailure(String path) {
		HttpResponse<String> response = this.application.get(path);
		assertThat(response.statusCode()).isBetween(401, 403);
		assertOneFailure(response);
	}

	@Test
	void aFilterBeforeAllThatAnswersWithAnErrorOfTheCallerLeavesNoId() {
		HttpResponse<String> response = this.application.get("/404/outer");
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.headers().firstValue("X-Error-Id")).isEmpty();
		assertNoFailure();
	}

	@ParameterizedTest
	@ValueSource(strings = { "once", "twice", "include" })
	void aFailureThatTheContainerLogsFirstHasItsStatus(String how) {
		HttpResponse<String> response = this.application.get("/forward/" + how);
		assertThat(response.statusCode()).isEqualTo(500);
		assertOneFailure(response);
		assertThat(incident().fields()).containsEntry("status", 500).containsEntry("handled", false);
	}

	@ParameterizedTest
	@ValueSource(strings = { "advice", "in-advice", "annotated-handler", "resolver", "resolver-error", "filter", "text",
			"wrapped", "cause", "argument" })
	void whatWasLoggedAndIsAnsweredAsAnErrorOfTheCallerIsNoFailure(String how) {
		HttpResponse<String> response = this.application.get("/logged/" + how);
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.headers().firstValue("X-Error-Id")).isEmpty();
		assertThat(request().fields()).doesNotContainKey("error_id");
		assertNoFailure();
	}

	@ParameterizedTest
	@CsvSource({ "advice, 503", "in-advice, 500", "resolver, 503", "resolver-error, 503", "filter, 503",
			"swallowed, 200" })
	void whatWasLoggedAndIsAnsweredOtherwiseIsOneFailure(String how, int status) {
		HttpResponse<String> response = this.application.get("/failed/" + how);
		assertThat(response.statusCode()).isEqualTo(status);
		Message incident = incident();
		assertThat(request().fields()).containsEntry("error_id", incident.fields().get("error_id"));
		if (status != 200) {
			assertOneFailure(response);
		}
	}

	@Test
	void whatTheApplicationCapturesItselfIsAFailure() {
		HttpResponse<String> response = this.application.get("/logged/captured");
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(incident().fields()).containsEntry("log_message", "logged first");
	}

	@Test
	void anotherFailureThatWasLoggedStays() {
		assertThat(this.application.get("/logged/other").statusCode()).isEqualTo(404);
		assertThat(incident().thrown()).hasMessage("another one");
	}

	@Test
	void aHandlerOfExceptionsThatFailsIsPartOfTheFailureThatItDoesNotHandle() {
		HttpResponse<String> response = this.application.get("/500/handler-fails", "Accept", "application/json");
		assertThat(response.statusCode()).isEqualTo(500);
		assertOneFailure(response);
		assertThat(incident().thrown()).hasMessage("not handled");
		assertThat(incident().fields()).containsEntry("handler_exception",
				"java.lang.IllegalArgumentException: the handler fails");
		assertThat(RunningApplication.logEvents()).filteredOn((event) -> event.getThrowableProxy() != null)
			.filteredOn((event) -> event.getThrowableProxy().getMessage().equals("the handler fails"))
			.allSatisfy((event) -> assertThat(event.getMDCPropertyMap()).containsEntry("errorId", id(incident())))
			.isNotEmpty();
	}

	@Test
	void anExceptionOfAFilterBeforeCairnHasMethodAndPath() {
		this.application.get("/500/early", "Accept", "application/json");
		assertThat(incident().fields()).containsEntry("method", "GET")
			.containsEntry("route", "UNKNOWN")
			.containsEntry("path", "/500/early");
		Message request = request();
		assertThat(request.fields()).containsEntry("method", "GET")
			.containsEntry("path", "/500/early")
			.containsEntry("status", 500)
			.containsEntry("error_id", id(incident()));
		this.application.bean(MemorySink.class).clear();
		this.application.send("DELETE", "/500/early", "Accept", "application/json");
		assertThat(incident().fields()).containsEntry("method", "DELETE");
	}

	private void assertNoFailure() {
		fence();
		assertThat(this.application.messages(Message.TYPE_EXCEPTION)).isEmpty();
		assertThat(this.application.ledger().incidents().balance().held()).isZero();
	}

	private void assertOneFailure(HttpResponse<String> response) {
		fence();
		assertThat(this.application.messages(Message.TYPE_EXCEPTION)).singleElement()
			.satisfies(
					(incident) -> assertThat(response.headers().allValues("X-Error-Id")).containsExactly(id(incident)));
		assertThat(request().fields()).containsEntry("status", response.statusCode())
			.containsEntry("error_id", id(incident()));
		assertThat(this.application.ledger().incidents().balance().held()).isZero();
	}

	private static String id(Message incident) {
		return (String) incident.fields().get("error_id");
	}

	private Message incident() {
		RunningApplication.await(() -> !this.application.messages(Message.TYPE_EXCEPTION).isEmpty());
		fence();
		assertThat(this.application.messages(Message.TYPE_EXCEPTION)).hasSize(1);
		return this.application.messages(Message.TYPE_EXCEPTION).get(0);
	}

	private Message request() {
		RunningApplication.await(() -> this.application.messages(Message.TYPE_HTTP_REQUEST)
			.stream()
			.anyMatch((message) -> !"/fence".equals(message.fields().get("route"))));
		return this.application.messages(Message.TYPE_HTTP_REQUEST)
			.stream()
			.filter((message) -> !"/fence".equals(message.fields().get("route")))
			.findFirst()
			.orElseThrow();
	}

	private void fence() {
		this.application.get("/fence");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Pages.class, Advice.class, OwnErrorPages.class, OwnResolver.class })
	static class AnsweringApplication {

		@Bean
		FilterRegistrationBean<Filter> earlyFilter() {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
				if (((HttpServletRequest) request).getRequestURI().endsWith("/early")) {
					throw new IllegalStateException("before all others");
				}
				try {
					chain.doFilter(request, response);
				}
				catch (ServletException ex) {
					if (!((HttpServletRequest) request).getRequestURI().endsWith("/outer")) {
						throw ex;
					}
					((HttpServletResponse) response).setStatus(404);
				}
			});
			registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
			return registration;
		}

		/** Protects the error page, as Spring Security does. */
		@Bean
		FilterRegistrationBean<Filter> protectingFilter() {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
				String path = (String) request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
				if (path.contains("/denied")) {
					((HttpServletResponse) response).sendError(path.endsWith("403") ? 403 : 401);
					return;
				}
				chain.doFilter(request, response);
			});
			registration.setDispatcherTypes(DispatcherType.ERROR);
			registration.setOrder(0);
			return registration;
		}

		@Bean
		FilterRegistrationBean<Filter> answeringFilter() {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
				String path = ((HttpServletRequest) request).getRequestURI();
				if (path.matches("/[0-9]*/filter")) {
					throw new IllegalStateException("of a filter");
				}
				try {
					chain.doFilter(request, response);
				}
				catch (ServletException ex) {
					if (!path.endsWith("/filter")) {
						throw ex;
					}
					LoggerFactory.getLogger("com.example.Filter").error("filtered", ex.getRootCause());
					((HttpServletResponse) response).sendError(path.startsWith("/logged") ? 404 : 503);
				}
			});
			registration.setOrder(0);
			return registration;
		}

	}

	@RestController
	static class Pages {

		private static final Logger logger = LoggerFactory.getLogger("com.example.Pages");

		@GetMapping("/fence")
		String fence() {
			return "";
		}

		@GetMapping("/{status:[0-9]+}/{how}")
		Object page(@PathVariable String how, HttpServletResponse response) throws IOException {
			switch (how) {
				case "denied-status" -> throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE);
				case "status" -> throw new ResponseStatusException(HttpStatus.INTERNAL_SERVER_ERROR, "with a reason");
				case "logged" -> {
					IllegalStateException thrown = new IllegalStateException("logged and thrown");
					logger.error("logged", thrown);
					throw thrown;
				}
				case "unavailable" -> throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE);
				case "callable" -> {
					return (java.util.concurrent.Callable<String>) () -> {
						throw new IllegalStateException("later");
					};
				}
				case "handler-fails" -> throw new UnhandledException("not handled");
				default -> throw new IllegalStateException("thrown");
			}
		}

		@GetMapping("/forward/{how}")
		void forward(@PathVariable String how, HttpServletRequest request, HttpServletResponse response)
				throws ServletException, IOException {
			if (how.equals("include")) {
				request.getRequestDispatcher("/500/thrown").include(request, response);
			}
			request.getRequestDispatcher(how.equals("twice") ? "/forward/once" : "/500/thrown")
				.forward(request, response);
		}

		@GetMapping("/{kind:logged|failed}/{how}")
		String logged(@PathVariable String kind, @PathVariable String how) {
			DomainException thrown = kind.equals("logged") ? new MissingException(how) : new DomainException(how);
			switch (how) {
				case "in-advice" -> {
				}
				case "text" -> logger.error("missing: {}", thrown.getMessage());
				case "wrapped" -> logger.error("missing", new IllegalStateException(thrown));
				case "cause" -> {
					IllegalStateException cause = new IllegalStateException("the cause");
					logger.error("missing", cause);
					thrown.initCause(cause);
				}
				case "argument" -> logger.error("missing {}", how, thrown);
				case "captured" -> {
					logger.error("logged first", thrown);
					Cairn.get().capture(thrown);
				}
				case "other" -> logger.error("missing", new IllegalStateException("another one"));
				case "annotated-handler" -> {
					logger.error("missing", thrown);
					throw new AnnotatedException(thrown);
				}
				case "swallowed" -> {
					logger.error("swallowed", thrown);
					return "";
				}
				default -> logger.error("missing", thrown);
			}
			throw thrown;
		}

	}

	@RestControllerAdvice
	static class Advice {

		private static final Logger logger = LoggerFactory.getLogger("com.example.Advice");

		@ExceptionHandler
		ResponseEntity<String> handle(DomainException ex) {
			if (ex.how.equals("in-advice")) {
				logger.error("handled", ex);
				return ResponseEntity.status((ex instanceof MissingException) ? 404 : 500).body("sorry");
			}
			if (ex.how.startsWith("resolver") || ex.how.equals("filter")) {
				throw ex;
			}
			return ResponseEntity.status((ex instanceof MissingException) ? 404 : 503).body("sorry");
		}

		@ExceptionHandler
		String handle(UnhandledException ex) {
			throw new IllegalArgumentException("the handler fails");
		}

		@ExceptionHandler
		@ResponseStatus(HttpStatus.NOT_FOUND)
		String handle(AnnotatedException ex) {
			return "sorry";
		}

	}

	/** A resolver that comes before all others. */
	@Order(Ordered.HIGHEST_PRECEDENCE)
	static class OwnResolver implements HandlerExceptionResolver {

		@Override
		public ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response, Object handler,
				Exception ex) {
			if (!(ex instanceof DomainException thrown) || !thrown.how.startsWith("resolver")) {
				return null;
			}
			int status = (ex instanceof MissingException) ? 404 : 503;
			if (thrown.how.equals("resolver")) {
				response.setStatus(status);
				return new ModelAndView((model, same, answer) -> answer.getWriter().append("sorry"));
			}
			try {
				response.sendError(status);
			}
			catch (IOException failed) {
				throw new IllegalStateException(failed);
			}
			return new ModelAndView();
		}

	}

	/** Error pages whose status is the first part of the path. */
	@Controller
	static class OwnErrorPages implements ErrorController {

		private final ErrorAttributes attributes;

		OwnErrorPages(ErrorAttributes attributes) {
			this.attributes = attributes;
		}

		@RequestMapping(path = "/error", produces = "text/html")
		ModelAndView page(HttpServletRequest request, HttpServletResponse response) {
			response.setStatus(status(request));
			View view = (model, same, answer) -> answer.getWriter().append("own " + model);
			return new ModelAndView(view, this.attributes.getErrorAttributes(new ServletWebRequest(request),
					ErrorAttributeOptions.defaults()));
		}

		@RequestMapping("/error")
		@ResponseBody
		ResponseEntity<Map<String, Object>> error(HttpServletRequest request) {
			Map<String, Object> body = path(request).endsWith("/attributes") ? this.attributes.getErrorAttributes(
					new ServletWebRequest(request), ErrorAttributeOptions.defaults()) : new java.util.HashMap<>();
			body.put("own", status(request));
			return ResponseEntity.status(status(request)).body(body);
		}

		private static int status(HttpServletRequest request) {
			String first = path(request).substring(1).split("/", 2)[0];
			return first.matches("[0-9]+") ? Integer.parseInt(first)
					: (Integer) request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
		}

		private static String path(HttpServletRequest request) {
			return (String) request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
		}

	}

	@SuppressWarnings("serial")
	static class DomainException extends RuntimeException {

		private final String how;

		DomainException(String how) {
			super("no such thing: " + how);
			this.how = how;
		}

	}

	@SuppressWarnings("serial")
	static class MissingException extends DomainException {

		MissingException(String how) {
			super(how);
		}

	}

	@SuppressWarnings("serial")
	static class UnhandledException extends RuntimeException {

		UnhandledException(String message) {
			super(message);
		}

	}

	@SuppressWarnings("serial")
	static class AnnotatedException extends RuntimeException {

		AnnotatedException(Throwable cause) {
			super(cause);
		}

	}

}
