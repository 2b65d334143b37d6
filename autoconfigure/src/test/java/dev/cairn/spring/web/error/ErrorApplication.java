package dev.cairn.spring.web.error;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Min;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.View;

/**
 * Fails in every way in which a Spring application fails.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ ErrorApplication.ErrorController.class, ErrorApplication.OwnHandlers.class })
class ErrorApplication {

	@RestController
	static class ErrorController {

		final CountDownLatch clientIsGone = new CountDownLatch(1);

		@GetMapping("/fence")
		String fence() {
			return "";
		}

		@GetMapping("/errors/runtime")
		String runtime() {
			throw new IllegalStateException("the shop is on fire");
		}

		@GetMapping("/errors/checked")
		String checked() throws IOException {
			throw new IOException("the disk is full");
		}

		@GetMapping("/errors/wrapped")
		String wrapped() {
			throw new IllegalStateException("wrapper", new UnsupportedOperationException("cause"));
		}

		@GetMapping("/errors/assertion")
		String assertion() {
			throw new AssertionError("this cannot be");
		}

		@GetMapping("/errors/async")
		Callable<String> async() {
			return () -> {
				throw new IllegalStateException("later");
			};
		}

		@GetMapping("/errors/status/{status}")
		String status(@PathVariable int status) {
			throw new ResponseStatusException(HttpStatus.valueOf(status), "for a reason");
		}

		@GetMapping("/errors/annotated")
		String annotated() {
			throw new ClosedException();
		}

		@GetMapping("/errors/validated")
		String validated(@RequestParam @Min(1) int amount) {
			return "";
		}

		@GetMapping("/handled/entity")
		String handledWithEntity() {
			throw new HandledException("entity");
		}

		@GetMapping("/handled/not-found")
		String handledAsNotFound() {
			throw new HandledException("not-found");
		}

		@GetMapping("/handled/problem")
		String handledWithProblem() {
			throw new HandledException("problem");
		}

		@GetMapping("/handled/problem-not-found")
		String handledWithProblemNotFound() {
			throw new HandledException("problem-not-found");
		}

		@GetMapping("/handled/rethrown")
		String rethrown() {
			throw new HandledException("rethrown");
		}

		@GetMapping("/handled/status")
		String handledWithStatus() {
			throw new StatusException();
		}

		@GetMapping("/handled/void")
		String handledWithoutBody() {
			throw new VoidException();
		}

		@GetMapping("/handled/view")
		String handledWithView() {
			throw new ViewException();
		}

		@GetMapping("/handled/fine")
		String handledAsFine() {
			throw new FineException();
		}

		@GetMapping("/errors/committed")
		void committed(HttpServletResponse response) throws IOException {
			response.getOutputStream().write("half an ans".getBytes(StandardCharsets.US_ASCII));
			response.flushBuffer();
			throw new IllegalStateException("in the middle");
		}

		@GetMapping("/errors/endless")
		void endless(HttpServletResponse response) throws IOException {
			try {
				OutputStream out = response.getOutputStream();
				byte[] much = new byte[64 * 1024];
				while (true) {
					out.write(much);
					out.flush();
				}
			}
			finally {
				this.clientIsGone.countDown();
			}
		}

	}

	@RestControllerAdvice
	static class OwnHandlers {

		@ExceptionHandler
		Object handle(HandledException ex) {
			return switch (ex.getMessage()) {
				case "entity" -> ResponseEntity.status(502).body(Map.of("own", "entity"));
				case "not-found" -> ResponseEntity.status(404).body(Map.of("own", "not-found"));
				case "problem" -> ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, "own");
				case "problem-not-found" -> ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, "own");
				case "rethrown" -> throw ex;
				default -> throw new IllegalArgumentException(ex.getMessage());
			};
		}

		@ExceptionHandler
		@ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
		Map<String, String> handleWithStatus(StatusException ex) {
			return Map.of("own", "status");
		}

		@ExceptionHandler
		void handleWithoutBody(VoidException ex, HttpServletResponse response) {
			response.setStatus(503);
		}

		@ExceptionHandler
		ModelAndView handleWithView(ViewException ex) {
			View sorry = (model, request, response) -> response.getWriter().write("sorry");
			ModelAndView result = new ModelAndView(sorry);
			result.setStatus(HttpStatus.SERVICE_UNAVAILABLE);
			return result;
		}

		@ExceptionHandler
		Map<String, String> handleAsFine(FineException ex) {
			return Map.of("own", "fine");
		}

	}

	@ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
	static class ClosedException extends RuntimeException {

	}

	static class HandledException extends RuntimeException {

		HandledException(String how) {
			super(how);
		}

	}

	static class StatusException extends RuntimeException {

	}

	static class VoidException extends RuntimeException {

	}

	static class ViewException extends RuntimeException {

	}

	static class FineException extends RuntimeException {

	}

}
