package dev.cairn.spring.guest;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.cairn.Failure;
import dev.cairn.Message;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.test.TestServers;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.ClientAbortException;
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
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what is a failure of the service, with the status that was sent.
 */
@ParameterizedClass
@ValueSource(strings = { TestServers.TOMCAT, TestServers.JETTY })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailureTests {

	@Parameter
	private String server;

	private RunningApplication application;

	@BeforeParameterizedClassInvocation
	void start() {
		this.application = RunningApplication.start(FailingApplication.class, this.server);
	}

	@BeforeEach
	void forget() {
		fence();
		this.application.forget();
	}

	@AfterParameterizedClassInvocation
	void stop() {
		this.application.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/endless/advised", "/endless/caught" })
	void isNotThatAClientHasGone(String path) throws Exception {
		try (Socket socket = new Socket("127.0.0.1", this.application.port())) {
			socket.getOutputStream()
				.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
			assertThat(socket.getInputStream().read()).isEqualTo('H');
			socket.setSoLinger(true, 0);
		}
		Message request = this.application.requests(path).get(0);
		assertThat(request.fields()).containsEntry("aborted", true).doesNotContainKey("error_id");
		assertThat(((Number) request.fields().get("response_bytes")).longValue()).isPositive()
			.isLessThan(FailingApplication.written);
		assertThat(this.application.incidents()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/connection/reset", "/connection/eof", "/connection/wrapped" })
	void isThatAnotherConnectionHasBroken(String path) {
		HttpResponse<String> response = this.application.get(path);
		assertThat(response.statusCode()).isEqualTo(502);
		assertCaptured(response);
		assertThat(this.application.requests("/connection/{how}").get(0).fields()).doesNotContainKey("aborted");
	}

	@ParameterizedTest
	@CsvSource({ "/parameter?m=%ff%fe, /parameter", "/filtered?m=%ff%fe, UNKNOWN", "/filtered?m=%zz, UNKNOWN" })
	void isNotAMalformedRequest(String path, String route) {
		String response = this.application.raw(path);
		assertThat(response).startsWith("HTTP/1.1 400").doesNotContain("X-Error-Id");
		assertThat(this.application.requests(route)).singleElement()
			.satisfies((message) -> assertThat(message.fields()).containsEntry("status", 400)
				.doesNotContainKey("error_id"));
		assertThat(this.application.incidents()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "/logged/status, 404", "/logged/annotated, 409", "/logged/denied, 403", "/logged/wrapped, 404",
			"/logged/parameter?amount=many, 400" })
	void isNotAnErrorOfTheCallerThatIsLogged(String path, int status) {
		HttpResponse<String> response = this.application.get(path);
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().firstValue("X-Error-Id")).isEmpty();
		fence();
		assertThat(this.application.incidents()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "io.micrometer.common.annotation.AnnotationHandler",
			"io.opentelemetry.exporter.internal.http.HttpExporter" })
	void isNotWhatTelemetryCannotRecord(String logger) {
		LoggerFactory.getLogger(logger).error("no value", new IllegalStateException("no expression"));
		LoggerFactory.getLogger(logger).error("no value");
		fence();
		assertThat(this.application.incidents()).isEmpty();
	}

	@Test
	void isAnErrorOfTheCallerThatIsAnsweredAsOneOfTheServer() {
		HttpResponse<String> response = this.application.get("/answered/status");
		assertThat(response.statusCode()).isEqualTo(503);
		assertCaptured(response);
	}

	@Test
	void isNotWhatTheApplicationExcludes() {
		HttpResponse<String> response = this.application.get("/excluded");
		assertThat(response.statusCode()).isEqualTo(500);
		assertThat(response.headers().firstValue("X-Error-Id")).isEmpty();
		fence();
		assertThat(this.application.incidents()).isEmpty();
	}

	@Test
	void isAResponseThatFailsAfterItWasCommitted() {
		assertThat(this.application.raw("/broken")).startsWith("HTTP/1.1 200");
		fence();
		assertThat(this.application.incidents()).singleElement()
			.satisfies((incident) -> assertThat(incident.thrown()).hasRootCauseMessage("the last one"));
		assertThat(this.application.requests("/broken").get(0).fields()).containsEntry("status", 200)
			.containsEntry("error_id", this.application.incidents().get(0).fields().get("error_id"));
	}

	@Test
	void isAResponseWhoseErrorPageFailsAsWell() {
		assertThat(this.application.raw("/broken/writer")).startsWith("HTTP/1.1 200");
		Message request = this.application.requests("/broken/writer").get(0);
		fence();
		Message incident = this.application.onlyIncident();
		assertThat(incident.thrown()).hasMessage("row 2");
		assertThat(request.fields()).containsEntry("status", 200)
			.containsEntry("error_id", incident.fields().get("error_id"));
		List<ILoggingEvent> lines = RunningApplication.logEvents()
			.stream()
			.filter((line) -> line.getThrowableProxy() != null && ThrowableProxyUtil.asString(line.getThrowableProxy())
				.contains("getWriter() has already been called"))
			.toList();
		// Jetty has no error page for a response that was sent
		assertThat(lines.isEmpty()).isEqualTo(this.server.equals(TestServers.JETTY));
		assertThat(lines).allSatisfy((line) -> assertThat(line.getMDCPropertyMap())
			.containsEntry("errorId", (String) incident.fields().get("error_id"))
			.containsEntry("traceId", Objects.requireNonNull(incident.trace()).traceId()));
	}

	@Test
	void isAnExceptionOfAFilterBeforeCairn() {
		HttpResponse<String> response = this.application.get("/early", "Accept", "application/json");
		assertThat(response.statusCode()).isEqualTo(500);
		assertCaptured(response);
		assertThat(response.body()).contains("errorId");
	}

	@Test
	void isAHandlerOfExceptionsThatFails() {
		HttpResponse<String> response = this.application.get("/handler/fails");
		assertThat(response.statusCode()).isEqualTo(404);
		fence();
		assertThat(this.application.incidents()).singleElement()
			.satisfies((incident) -> assertThat(incident.thrown()).hasMessage("the handler fails"));
	}

	@Test
	void isARouterFunctionWhoseErrorHandlerAnswersWithAnErrorOfTheServer() {
		HttpResponse<String> response = this.application.get("/function/unavailable");
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(response.body()).isEqualTo("sorry");
		assertCaptured(response);
	}

	@Test
	void isNotARouterFunctionThatAnswersWithAnErrorOfTheCaller() {
		assertThat(this.application.get("/function/missing").statusCode()).isEqualTo(404);
		fence();
		assertThat(this.application.incidents()).isEmpty();
	}

	@Test
	void isAnAsynchronousCallWhoseFutureIsNotUsed() {
		this.application.get("/async/future");
		RunningApplication.await(() -> !this.application.incidents().isEmpty());
		fence();
		assertThat(this.application.incidents()).singleElement()
			.satisfies((incident) -> assertThat(incident.thrown()).hasMessage("nobody looks at this"))
			.satisfies((incident) -> assertThat((String) incident.fields().get("async_method")).endsWith("#fail"));
	}

	@Test
	void isNotAnAsynchronousCallThatIsHandled() {
		assertThat(this.application.get("/async/handled").body()).isEqualTo("instead");
		fence();
		assertThat(this.application.incidents()).isEmpty();
	}

	private void assertCaptured(HttpResponse<String> response) {
		fence();
		assertThat(this.application.incidents()).singleElement()
			.satisfies((incident) -> assertThat(response.headers().allValues("X-Error-Id"))
				.containsExactly((String) incident.fields().get("error_id")));
	}

	private void fence() {
		this.application.get("/fence");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	@Import({ Pages.class, Background.class, OwnHandlers.class })
	static class FailingApplication {

		static volatile long written;

		@Bean
		FilterRegistrationBean<Filter> earlyFilter() {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
				if (((HttpServletRequest) request).getRequestURI().equals("/early")) {
					throw new IllegalStateException("before all others");
				}
				chain.doFilter(request, response);
			});
			registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
			return registration;
		}

		@Bean
		FilterRegistrationBean<Filter> readingFilter() {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
				if (((HttpServletRequest) request).getRequestURI().equals("/filtered")) {
					request.getParameter("m");
				}
				chain.doFilter(request, response);
			});
			registration.setOrder(0);
			return registration;
		}

		@Bean
		Failure.Exclusion ownExclusion() {
			return (thrown, status) -> thrown instanceof ExcludedException;
		}

		@Bean
		RouterFunction<ServerResponse> functions() {
			return RouterFunctions.route().GET("/function/unavailable", (request) -> {
				throw new IllegalStateException("the shop is closed");
			}).GET("/function/missing", (request) -> {
				throw new IllegalArgumentException("there is none");
			})
				.onError(IllegalStateException.class, (ex, request) -> ServerResponse.status(503).body("sorry"))
				.onError(IllegalArgumentException.class, (ex, request) -> ServerResponse.notFound().build())
				.build();
		}

	}

	@RestController
	static class Pages {

		private static final Logger logger = LoggerFactory.getLogger("com.example.Pages");

		private final Background background;

		Pages(Background background) {
			this.background = background;
		}

		@GetMapping("/fence")
		String fence() {
			return "";
		}

		@GetMapping("/endless/advised")
		void endless(HttpServletResponse response) throws IOException {
			FailingApplication.written = 0;
			// Without the framing of chunks, the connection takes less than is written
			response.setContentLengthLong(Long.MAX_VALUE);
			OutputStream out = response.getOutputStream();
			byte[] much = new byte[1024 * 1024];
			while (true) {
				FailingApplication.written += much.length;
				out.write(much);
				out.flush();
			}
		}

		@GetMapping("/endless/caught")
		void endlessAndCaught(HttpServletResponse response) {
			try {
				endless(response);
			}
			catch (IOException ex) {
				logger.error("failed to write", new IllegalStateException(ex));
			}
		}

		@GetMapping("/connection/{how}")
		String connection(@PathVariable String how) throws IOException {
			switch (how) {
				case "reset" -> throw new SocketException("Connection reset by peer");
				case "eof" -> throw new EOFException("unexpected end of the archive");
				default -> throw new UpstreamException(new IOException("Broken pipe"));
			}
		}

		@GetMapping("/parameter")
		String parameter(@RequestParam String m) {
			return m;
		}

		@GetMapping("/logged/{how}")
		String logged(@PathVariable String how, @RequestParam(defaultValue = "1") int amount) {
			switch (how) {
				case "status" -> throw log(new ResponseStatusException(HttpStatus.NOT_FOUND));
				case "annotated" -> throw log(new ConflictException());
				case "denied" -> throw log(new AccessDeniedException("no"));
				default -> {
					ResponseStatusException thrown = new ResponseStatusException(HttpStatus.NOT_FOUND);
					log(new CompletionException(thrown));
					throw thrown;
				}
			}
		}

		private static <T extends RuntimeException> T log(T thrown) {
			logger.error("refused", thrown);
			return thrown;
		}

		@GetMapping("/answered/status")
		String answered() {
			throw new AnsweredException();
		}

		@GetMapping("/broken")
		List<Item> broken() {
			return IntStream.range(0, 30_000).mapToObj(Item::new).toList();
		}

		@GetMapping("/broken/writer")
		void brokenWriter(HttpServletResponse response) throws IOException {
			response.getWriter().print("a,b");
			response.flushBuffer();
			throw new IllegalStateException("row 2");
		}

		@GetMapping("/excluded")
		String excluded() {
			throw new ExcludedException();
		}

		@GetMapping("/handler/fails")
		String handlerFails() {
			throw new MissingException();
		}

		@GetMapping("/async/future")
		String future() {
			this.background.fail();
			return "";
		}

		@GetMapping("/async/handled")
		CompletableFuture<String> handled() {
			CompletableFuture<Void> looked = new CompletableFuture<>();
			CompletableFuture<String> handled = this.background.failAfter(looked).exceptionally((ex) -> "instead");
			looked.complete(null);
			return handled;
		}

	}

	record Item(int number) {

		@JsonProperty
		String name() {
			if (this.number == 29_999) {
				throw new IllegalStateException("the last one");
			}
			return "name" + this.number;
		}

	}

	static class Background {

		@Async
		CompletableFuture<String> fail() {
			throw new IllegalStateException("nobody looks at this");
		}

		@Async
		CompletableFuture<String> failAfter(CompletableFuture<Void> looked) {
			looked.join();
			return CompletableFuture.failedFuture(new IllegalStateException("somebody looks at this"));
		}

	}

	@RestControllerAdvice
	static class OwnHandlers {

		private static final Logger logger = LoggerFactory.getLogger("com.example.Advice");

		@ExceptionHandler
		ResponseEntity<String> handle(ClientAbortException ex) {
			logger.error("unexpected", ex);
			return ResponseEntity.status(500).body("sorry");
		}

		@ExceptionHandler
		ResponseEntity<String> handle(MethodArgumentTypeMismatchException ex) {
			logger.error("not a number", ex);
			return ResponseEntity.status(400).body("sorry");
		}

		@ExceptionHandler
		ResponseEntity<String> handle(AccessDeniedException ex) {
			return ResponseEntity.status(403).body("sorry");
		}

		@ExceptionHandler({ SocketException.class, EOFException.class, UpstreamException.class })
		ResponseEntity<String> handleUpstream(Exception ex) {
			return ResponseEntity.status(502).body("sorry");
		}

		@ExceptionHandler
		ResponseEntity<String> handle(AnsweredException ex) {
			return ResponseEntity.status(503).body("sorry");
		}

		@ExceptionHandler
		ResponseEntity<String> handle(MissingException ex) {
			throw new IllegalArgumentException("the handler fails");
		}

	}

	@SuppressWarnings("serial")
	@ResponseStatus(HttpStatus.CONFLICT)
	static class ConflictException extends RuntimeException {

	}

	@SuppressWarnings("serial")
	@ResponseStatus(HttpStatus.NOT_FOUND)
	static class MissingException extends RuntimeException {

	}

	@SuppressWarnings("serial")
	static class ExcludedException extends RuntimeException {

	}

	@SuppressWarnings("serial")
	static class UpstreamException extends RuntimeException {

		UpstreamException(Throwable cause) {
			super(cause);
		}

	}

	@SuppressWarnings("serial")
	static class AnsweredException extends ResponseStatusException {

		AnsweredException() {
			super(HttpStatus.NOT_FOUND);
		}

	}

}
