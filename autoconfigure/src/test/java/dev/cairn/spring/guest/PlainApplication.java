package dev.cairn.spring.guest;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Min;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.error.ErrorPage;
import org.springframework.boot.web.error.ErrorPageRegistrar;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.server.ResponseStatusException;

/**
 * An application with Spring MVC, whose filters and handlers answer and fail.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ PlainApplication.Pages.class, PlainApplication.OwnAdvice.class })
class PlainApplication {

	static final String[] PATHS = { "/page", "/runtime", "/checked", "/status", "/annotated", "/sent", "/callable",
			"/validated?amount=0", "/validated?amount=many", "/validated", "/advised", "/advice-fails", "/filter",
			"/translated", "/mapped", "/nowhere", "/page?m=%ff%fe" };

	/** Answers what the dispatcher lets pass, as Spring Security does. */
	@Bean
	FilterRegistrationBean<Filter> translatingFilter() {
		FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
			if (((HttpServletRequest) request).getRequestURI().equals("/filter")) {
				throw new IllegalStateException("the filter fails");
			}
			try {
				chain.doFilter(request, response);
			}
			catch (Exception ex) {
				if (ex.getCause() instanceof TranslatedException) {
					((HttpServletResponse) response).sendError(418);
					return;
				}
				throw ex;
			}
		});
		registration.setOrder(0);
		return registration;
	}

	@Bean
	ErrorPageRegistrar ownErrorPages() {
		return (registry) -> registry.addErrorPages(new ErrorPage(MappedException.class, "/own-page"));
	}

	@RestController
	static class Pages {

		@GetMapping("/page")
		Map<String, String> page(HttpServletRequest request) {
			request.getParameter("m");
			return Map.of("own", "page");
		}

		@GetMapping("/runtime")
		String runtime() {
			throw new IllegalStateException("fails");
		}

		@GetMapping("/checked")
		String checked() throws IOException {
			throw new IOException("fails");
		}

		@GetMapping("/status")
		String status() {
			throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "closed");
		}

		@GetMapping("/annotated")
		String annotated() {
			throw new AnnotatedException();
		}

		@GetMapping("/sent")
		void sent(HttpServletResponse response) throws IOException {
			response.sendError(503, "closed");
		}

		@GetMapping("/callable")
		Callable<String> callable() {
			return () -> {
				throw new IllegalStateException("fails later");
			};
		}

		@GetMapping("/validated")
		String validated(@RequestParam @Min(1) int amount) {
			return "" + amount;
		}

		@GetMapping("/advised")
		String advised() {
			throw new UnsupportedOperationException("fails");
		}

		@GetMapping("/advice-fails")
		String adviceFails() {
			throw new ArithmeticException("fails");
		}

		@GetMapping("/translated")
		String translated() {
			throw new TranslatedException();
		}

		@GetMapping("/mapped")
		String mapped() {
			throw new MappedException();
		}

		@RequestMapping("/own-page")
		ResponseEntity<String> ownPage() {
			return ResponseEntity.status(410).body("own page");
		}

	}

	@RestControllerAdvice
	static class OwnAdvice {

		@ExceptionHandler
		ResponseEntity<Map<String, String>> handle(UnsupportedOperationException ex) {
			return ResponseEntity.status(502).body(Map.of("own", "advice"));
		}

		@ExceptionHandler
		String handle(ArithmeticException ex) {
			throw new IllegalStateException("the advice fails");
		}

	}

	@SuppressWarnings("serial")
	@ResponseStatus(code = HttpStatus.SERVICE_UNAVAILABLE, reason = "closed")
	static class AnnotatedException extends RuntimeException {

	}

	@SuppressWarnings("serial")
	static class TranslatedException extends RuntimeException {

	}

	@SuppressWarnings("serial")
	static class MappedException extends RuntimeException {

	}

}
